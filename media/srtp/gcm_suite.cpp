// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/gcm_suite.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "media/rtp/octets.hpp"
#include "media/srtp/aes_ni.hpp"
#include "media/srtp/openssl_ciphers.hpp"

namespace media::srtp {
namespace {

constexpr std::size_t rtcp_header = 8;
constexpr std::uint32_t encrypted_bit = 0x80000000U;

/// RFC 7714 9.3: the first eight octets, then the word of E bit and index.
std::array<std::byte, 12> rtcp_aad(std::span<const std::byte> packet, std::uint32_t index) {
  std::array<std::byte, 12> aad{};
  std::memcpy(aad.data(), packet.data(), rtcp_header);
  store32(aad, rtcp_header, index | encrypted_bit);
  return aad;
}

/// OpenSSL's context serves one direction, ours both.
template <class Cipher>
Cipher make_cipher([[maybe_unused]] Direction direction, std::span<const std::uint8_t> key) {
  if constexpr (std::is_constructible_v<Cipher, Direction, std::span<const std::uint8_t>>) {
    return Cipher(direction, key);
  } else {
    return Cipher(key);
  }
}

}  // namespace

template <class Cipher>
GcmSuite<Cipher>::Half::Half(Direction direction, Profile profile, const SessionKeys& keys)
    : cipher(make_cipher<Cipher>(direction, std::span(keys.cipher).first(key_size(profile)))) {
  std::copy_n(keys.salt.begin(), salt.size(), salt.begin());
}

template <class Cipher>
typename Cipher::Iv GcmSuite<Cipher>::Half::iv(std::uint32_t ssrc,
                                               std::uint64_t index) const noexcept {
  // Two zero octets, SSRC, index of six octets, all under the salt (RFC 7714 8.1, 9.1).
  typename Cipher::Iv out{};
  store32(out, 2, ssrc);
  store16(out, 6, static_cast<std::uint16_t>(index >> 32U));
  store32(out, 8, static_cast<std::uint32_t>(index & 0xffffffffU));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= static_cast<std::byte>(salt[i]);
  return out;
}

template <class Cipher>
GcmSuite<Cipher>::GcmSuite(Direction direction, Profile profile, const MasterKey& master)
    : GcmSuite(direction, profile, derive_keys(profile, master, Protocol::rtp),
               derive_keys(profile, master, Protocol::rtcp)) {}

template <class Cipher>
GcmSuite<Cipher>::GcmSuite(Direction direction, Profile profile, const SessionKeys& rtp,
                           const SessionKeys& rtcp)
    : rtp_(direction, profile, rtp), rtcp_(direction, profile, rtcp) {}

template <class Cipher>
std::size_t GcmSuite<Cipher>::seal_rtp(std::span<std::byte> buffer, std::size_t header,
                                       std::size_t size, std::uint32_t ssrc,
                                       std::uint64_t index) noexcept {
  rtp_.cipher.seal(rtp_.iv(ssrc, index), buffer.first(header),
                   buffer.subspan(header, size - header), buffer.data() + size);
  return size + tag;
}

template <class Cipher>
std::size_t GcmSuite<Cipher>::open_rtp(std::span<std::byte> packet, std::size_t header,
                                       std::uint32_t ssrc, std::uint64_t index) noexcept {
  const std::size_t size = packet.size() - tag;
  return rtp_.cipher.open(rtp_.iv(ssrc, index), packet.first(header),
                          packet.subspan(header, size - header), packet.data() + size)
             ? size
             : 0;
}

template <class Cipher>
std::size_t GcmSuite<Cipher>::seal_rtcp(std::span<std::byte> buffer, std::size_t size,
                                        std::uint32_t ssrc, std::uint32_t index) noexcept {
  rtcp_.cipher.seal(rtcp_.iv(ssrc, index), rtcp_aad(buffer, index),
                    buffer.subspan(rtcp_header, size - rtcp_header), buffer.data() + size);
  store32(buffer, size + tag, index | encrypted_bit);
  return size + tag + 4;
}

template <class Cipher>
std::size_t GcmSuite<Cipher>::open_rtcp(std::span<std::byte> packet, std::uint32_t ssrc,
                                        std::uint32_t index) noexcept {
  const std::size_t size = packet.size() - 4 - tag;
  return rtcp_.cipher.open(rtcp_.iv(ssrc, index), rtcp_aad(packet, index),
                           packet.subspan(rtcp_header, size - rtcp_header), packet.data() + size)
             ? size
             : 0;
}

template class GcmSuite<AesNiGcm>;
template class GcmSuite<OpensslGcm>;

}  // namespace media::srtp
