// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/cm_suite.hpp"

#include <cstring>

#include <openssl/crypto.h>

#include "media/rtp/octets.hpp"
#include "media/srtp/aes_ni.hpp"
#include "media/srtp/openssl_ciphers.hpp"

namespace media::srtp {
namespace {

constexpr std::size_t rtcp_header = 8;
constexpr std::uint32_t encrypted_bit = 0x80000000U;

}  // namespace

template <class Cipher>
CmSuite<Cipher>::Half::Half(const SessionKeys& keys)
    : salt(keys.salt), cipher(std::span(keys.cipher).first(16)), auth(keys.auth) {}

template <class Cipher>
void CmSuite<Cipher>::Half::crypt(std::span<std::byte> data, std::uint32_t ssrc,
                                  std::uint64_t index) noexcept {
  if (data.empty()) return;
  // IV = salt * 2^16 xor SSRC * 2^64 xor index * 2^16 (RFC 3711 4.1.1).
  std::array<std::byte, 16> iv{};
  std::memcpy(iv.data(), salt.data(), salt.size());
  store32(iv, 4, load32(iv, 4) ^ ssrc);
  store32(iv, 8, load32(iv, 8) ^ static_cast<std::uint32_t>(index >> 16U));
  store16(iv, 12, static_cast<std::uint16_t>(load16(iv, 12) ^ (index & 0xffffU)));
  cipher.crypt(iv, data);
}

template <class Cipher>
CmSuite<Cipher>::CmSuite(Direction /*direction*/, Profile profile, const MasterKey& master)
    : rtp_(derive_keys(profile, master, Protocol::rtp)),
      rtcp_(derive_keys(profile, master, Protocol::rtcp)),
      rtp_tag_(rtp_tag_size(profile)) {}

template <class Cipher>
std::size_t CmSuite<Cipher>::seal_rtp(std::span<std::byte> buffer, std::size_t header,
                                      std::size_t size, std::uint32_t ssrc,
                                      std::uint64_t index) noexcept {
  rtp_.crypt(buffer.subspan(header, size - header), ssrc, index);
  std::array<std::byte, 4> rollover{};
  store32(rollover, 0, static_cast<std::uint32_t>(index >> 16U));
  const HmacSha1::Digest digest = rtp_.auth.sign(buffer.first(size), rollover);
  std::memcpy(buffer.data() + size, digest.data(), rtp_tag_);
  return size + rtp_tag_;
}

template <class Cipher>
std::size_t CmSuite<Cipher>::open_rtp(std::span<std::byte> packet, std::size_t header,
                                      std::uint32_t ssrc, std::uint64_t index) noexcept {
  const std::size_t size = packet.size() - rtp_tag_;
  std::array<std::byte, 4> rollover{};
  store32(rollover, 0, static_cast<std::uint32_t>(index >> 16U));
  const HmacSha1::Digest digest = rtp_.auth.sign(packet.first(size), rollover);
  if (CRYPTO_memcmp(digest.data(), packet.data() + size, rtp_tag_) != 0) return 0;
  rtp_.crypt(packet.subspan(header, size - header), ssrc, index);
  return size;
}

template <class Cipher>
std::size_t CmSuite<Cipher>::seal_rtcp(std::span<std::byte> buffer, std::size_t size,
                                       std::uint32_t ssrc, std::uint32_t index) noexcept {
  rtcp_.crypt(buffer.subspan(rtcp_header, size - rtcp_header), ssrc, index);
  store32(buffer, size, index | encrypted_bit);
  const HmacSha1::Digest digest = rtcp_.auth.sign(buffer.first(size + 4), {});
  std::memcpy(buffer.data() + size + 4, digest.data(), tag_80);
  return size + 4 + tag_80;
}

template <class Cipher>
std::size_t CmSuite<Cipher>::open_rtcp(std::span<std::byte> packet, std::uint32_t ssrc,
                                       std::uint32_t index) noexcept {
  const std::size_t size = index_offset(packet.size());
  const HmacSha1::Digest digest = rtcp_.auth.sign(packet.first(size + 4), {});
  if (CRYPTO_memcmp(digest.data(), packet.data() + size + 4, tag_80) != 0) return 0;
  rtcp_.crypt(packet.subspan(rtcp_header, size - rtcp_header), ssrc, index);
  return size;
}

template class CmSuite<AesNiCounter>;
template class CmSuite<OpensslCounter>;

}  // namespace media::srtp
