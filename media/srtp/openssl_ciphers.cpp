// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/openssl_ciphers.hpp"

#include <cstdlib>
#include <cstring>

namespace media::srtp {
namespace {

constexpr std::size_t tag_size = 16;

unsigned char* octets_of(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* octets_of(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

}  // namespace

OpensslGcm::OpensslGcm(Direction direction, std::span<const std::uint8_t> key)
    : context_(EVP_CIPHER_CTX_new()) {
  const EVP_CIPHER* kind = key.size() == 32 ? EVP_aes_256_gcm() : EVP_aes_128_gcm();
  const int encrypt = direction == Direction::protect ? 1 : 0;
  if (!context_ ||
      EVP_CipherInit_ex(context_.get(), kind, nullptr, key.data(), nullptr, encrypt) != 1) {
    std::abort();
  }
}

void OpensslGcm::seal(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
                      std::byte* tag) noexcept {
  int length = 0;
  EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, octets_of(iv.data()));
  EVP_EncryptUpdate(context_.get(), nullptr, &length, octets_of(aad.data()),
                    static_cast<int>(aad.size()));
  if (!text.empty()) {
    EVP_EncryptUpdate(context_.get(), octets_of(text.data()), &length, octets_of(text.data()),
                      static_cast<int>(text.size()));
  }
  EVP_EncryptFinal_ex(context_.get(), octets_of(tag), &length);
  EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tag_size, tag);
}

bool OpensslGcm::open(const Iv& iv, std::span<const std::byte> aad, std::span<std::byte> text,
                      const std::byte* tag) noexcept {
  std::array<std::byte, tag_size> copy{};  // the control call takes a mutable pointer
  std::memcpy(copy.data(), tag, copy.size());
  int length = 0;
  EVP_DecryptInit_ex(context_.get(), nullptr, nullptr, nullptr, octets_of(iv.data()));
  EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, tag_size, copy.data());
  EVP_DecryptUpdate(context_.get(), nullptr, &length, octets_of(aad.data()),
                    static_cast<int>(aad.size()));
  if (!text.empty() &&
      EVP_DecryptUpdate(context_.get(), octets_of(text.data()), &length, octets_of(text.data()),
                        static_cast<int>(text.size())) != 1) {
    return false;
  }
  std::array<unsigned char, tag_size> rest{};
  return EVP_DecryptFinal_ex(context_.get(), rest.data(), &length) == 1;
}

OpensslCounter::OpensslCounter(std::span<const std::uint8_t> key) : context_(EVP_CIPHER_CTX_new()) {
  const std::array<std::uint8_t, 16> iv{};
  if (!context_ ||
      EVP_EncryptInit_ex(context_.get(), EVP_aes_128_ctr(), nullptr, key.data(), iv.data()) != 1) {
    std::abort();
  }
}

void OpensslCounter::crypt(const std::array<std::byte, 16>& first,
                           std::span<std::byte> data) noexcept {
  auto* octets = octets_of(data.data());
  int length = 0;
  EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, octets_of(first.data()));
  EVP_EncryptUpdate(context_.get(), octets, &length, octets, static_cast<int>(data.size()));
}

}  // namespace media::srtp
