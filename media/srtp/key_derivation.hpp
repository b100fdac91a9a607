// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media/srtp/profile.hpp"

namespace media::srtp {

inline constexpr std::size_t sha1_key_size = 20;

/// Session keys of one direction, either for RTP or for RTCP.
struct SessionKeys {
  std::array<std::uint8_t, max_key_size> cipher{};
  std::array<std::uint8_t, sha1_key_size> auth{};
  std::array<std::uint8_t, max_salt_size> salt{};
};

enum class Protocol : std::uint8_t { rtp, rtcp };

/// RFC 3711 4.3.1 with a key derivation rate of zero; AES-256 by RFC 6188, GCM by RFC 7714 11.
[[nodiscard]] SessionKeys derive_keys(Profile profile, const MasterKey& master, Protocol protocol);

}  // namespace media::srtp
