// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace media::srtp {

/// The SRTP protection profiles of RFC 5764 and RFC 7714 that we speak; none without encryption.
enum class Profile : std::uint8_t {
  aes128_cm_sha1_80 = 1,
  aes128_cm_sha1_32 = 2,
  aead_aes_128_gcm = 7,
  aead_aes_256_gcm = 8,
};

inline constexpr std::array all_profiles{Profile::aead_aes_128_gcm, Profile::aead_aes_256_gcm,
                                         Profile::aes128_cm_sha1_80, Profile::aes128_cm_sha1_32};

inline constexpr std::size_t max_key_size = 32;
inline constexpr std::size_t max_salt_size = 14;
/// Octets that protecting may add: a GCM tag or an HMAC tag, and the SRTCP index.
inline constexpr std::size_t max_trailer = 16 + 4;

[[nodiscard]] constexpr bool is_aead(Profile profile) {
  return profile == Profile::aead_aes_128_gcm || profile == Profile::aead_aes_256_gcm;
}
[[nodiscard]] constexpr std::size_t key_size(Profile profile) {
  return profile == Profile::aead_aes_256_gcm ? 32 : 16;
}
[[nodiscard]] constexpr std::size_t salt_size(Profile profile) {
  return is_aead(profile) ? 12 : 14;
}
/// Length of the SRTP authentication tag (that of SRTCP is 10 or 16 octets in every profile).
[[nodiscard]] constexpr std::size_t rtp_tag_size(Profile profile) {
  if (is_aead(profile)) return 16;
  return profile == Profile::aes128_cm_sha1_32 ? 4 : 10;
}
[[nodiscard]] constexpr std::size_t rtcp_tag_size(Profile profile) {
  return is_aead(profile) ? 16 : 10;
}

/// Name as OpenSSL and the IANA registry of DTLS-SRTP profiles write it ("SRTP_AEAD_AES_128_GCM").
[[nodiscard]] std::string_view name_of(Profile profile);
[[nodiscard]] std::optional<Profile> profile_of(std::string_view name);

/// The same in SDP (RFC 4568 6.2, RFC 7714 14.2): "AES_CM_128_HMAC_SHA1_80".
[[nodiscard]] std::string_view suite_of(Profile profile);
[[nodiscard]] std::optional<Profile> profile_of_suite(std::string_view suite);

/// Master key and salt of one direction; only the profile's lengths are used. Fixed layout: it is
/// kept in the call table.
struct MasterKey {
  std::array<std::uint8_t, max_key_size> key{};
  std::array<std::uint8_t, max_salt_size> salt{};
};

}  // namespace media::srtp
