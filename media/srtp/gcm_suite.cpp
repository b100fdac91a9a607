// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/gcm_suite.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "media/rtp/octets.hpp"

namespace media::srtp {
namespace {

constexpr std::size_t rtcp_header = 8;
constexpr std::uint32_t encrypted_bit = 0x80000000U;

unsigned char* octets_of(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* octets_of(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

/// RFC 7714 9.3: the first eight octets, then the word of E bit and index.
std::array<std::byte, 12> rtcp_aad(std::span<const std::byte> packet, std::uint32_t index) {
  std::array<std::byte, 12> aad{};
  std::memcpy(aad.data(), packet.data(), rtcp_header);
  store32(aad, rtcp_header, index | encrypted_bit);
  return aad;
}

}  // namespace

GcmSuite::Half::Half(Direction direction, Profile profile, const SessionKeys& keys)
    : cipher(EVP_CIPHER_CTX_new()) {
  const EVP_CIPHER* kind = key_size(profile) == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
  const int encrypt = direction == Direction::protect ? 1 : 0;
  if (!cipher ||
      EVP_CipherInit_ex(cipher.get(), kind, nullptr, keys.cipher.data(), nullptr, encrypt) != 1) {
    std::abort();
  }
  std::copy_n(keys.salt.begin(), salt.size(), salt.begin());
}

GcmSuite::Iv GcmSuite::Half::iv(std::uint32_t ssrc, std::uint64_t index) const noexcept {
  // Two zero octets, SSRC, index of six octets, all under the salt (RFC 7714 8.1, 9.1).
  Iv out{};
  store32(out, 2, ssrc);
  store16(out, 6, static_cast<std::uint16_t>(index >> 32U));
  store32(out, 8, static_cast<std::uint32_t>(index & 0xffffffffU));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] ^= static_cast<std::byte>(salt[i]);
  return out;
}

void GcmSuite::Half::begin_seal(const Iv& iv, std::span<const std::byte> aad) noexcept {
  int length = 0;
  EVP_EncryptInit_ex(cipher.get(), nullptr, nullptr, nullptr, octets_of(iv.data()));
  EVP_EncryptUpdate(cipher.get(), nullptr, &length, octets_of(aad.data()),
                    static_cast<int>(aad.size()));
}

void GcmSuite::Half::finish_seal(std::span<std::byte> text, std::byte* tag_out) noexcept {
  int length = 0;
  if (!text.empty()) {
    EVP_EncryptUpdate(cipher.get(), octets_of(text.data()), &length, octets_of(text.data()),
                      static_cast<int>(text.size()));
  }
  EVP_EncryptFinal_ex(cipher.get(), octets_of(tag_out), &length);
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, tag, tag_out);
}

void GcmSuite::Half::begin_open(const Iv& iv, std::span<const std::byte> aad,
                                const std::byte* tag_in) noexcept {
  std::array<std::byte, tag> copy{};  // the control call takes a mutable pointer
  std::memcpy(copy.data(), tag_in, tag);
  int length = 0;
  EVP_DecryptInit_ex(cipher.get(), nullptr, nullptr, nullptr, octets_of(iv.data()));
  EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, tag, copy.data());
  EVP_DecryptUpdate(cipher.get(), nullptr, &length, octets_of(aad.data()),
                    static_cast<int>(aad.size()));
}

bool GcmSuite::Half::finish_open(std::span<std::byte> text) noexcept {
  int length = 0;
  if (!text.empty() &&
      EVP_DecryptUpdate(cipher.get(), octets_of(text.data()), &length, octets_of(text.data()),
                        static_cast<int>(text.size())) != 1) {
    return false;
  }
  std::array<unsigned char, tag> rest{};
  return EVP_DecryptFinal_ex(cipher.get(), rest.data(), &length) == 1;
}

GcmSuite::GcmSuite(Direction direction, Profile profile, const MasterKey& master)
    : GcmSuite(direction, profile, derive_keys(profile, master, Protocol::rtp),
               derive_keys(profile, master, Protocol::rtcp)) {}

GcmSuite::GcmSuite(Direction direction, Profile profile, const SessionKeys& rtp,
                   const SessionKeys& rtcp)
    : rtp_(direction, profile, rtp), rtcp_(direction, profile, rtcp) {}

std::size_t GcmSuite::seal_rtp(std::span<std::byte> buffer, std::size_t header, std::size_t size,
                               std::uint32_t ssrc, std::uint64_t index) noexcept {
  rtp_.begin_seal(rtp_.iv(ssrc, index), buffer.first(header));
  rtp_.finish_seal(buffer.subspan(header, size - header), buffer.data() + size);
  return size + tag;
}

std::size_t GcmSuite::open_rtp(std::span<std::byte> packet, std::size_t header, std::uint32_t ssrc,
                               std::uint64_t index) noexcept {
  const std::size_t size = packet.size() - tag;
  rtp_.begin_open(rtp_.iv(ssrc, index), packet.first(header), packet.data() + size);
  return rtp_.finish_open(packet.subspan(header, size - header)) ? size : 0;
}

std::size_t GcmSuite::seal_rtcp(std::span<std::byte> buffer, std::size_t size, std::uint32_t ssrc,
                                std::uint32_t index) noexcept {
  rtcp_.begin_seal(rtcp_.iv(ssrc, index), rtcp_aad(buffer, index));
  rtcp_.finish_seal(buffer.subspan(rtcp_header, size - rtcp_header), buffer.data() + size);
  store32(buffer, size + tag, index | encrypted_bit);
  return size + tag + 4;
}

std::size_t GcmSuite::open_rtcp(std::span<std::byte> packet, std::uint32_t ssrc,
                                std::uint32_t index) noexcept {
  const std::size_t size = packet.size() - 4 - tag;
  rtcp_.begin_open(rtcp_.iv(ssrc, index), rtcp_aad(packet, index), packet.data() + size);
  return rtcp_.finish_open(packet.subspan(rtcp_header, size - rtcp_header)) ? size : 0;
}

}  // namespace media::srtp
