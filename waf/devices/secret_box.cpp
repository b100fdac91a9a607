// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/secret_box.hpp"

#include <cstdlib>
#include <vector>

#include <openssl/crypto.h>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/openssl.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::byte* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* octets(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
int size_of(std::string_view text) { return static_cast<int>(text.size()); }

void must(int result) {
  if (result != 1) std::abort();  // only a broken OpenSSL gets here
}

}  // namespace

SecretBox::SecretBox(std::string_view key)
    : encryption_(common::hmac_sha256(key, "device secrets: encryption")),
      pepper_(common::hmac_sha256(key, "device secrets: pepper")) {}

SecretBox::~SecretBox() {
  OPENSSL_cleanse(encryption_.data(), encryption_.size());
  OPENSSL_cleanse(pepper_.data(), pepper_.size());
}

std::string SecretBox::seal(common::RandomSource& random, std::string_view context,
                            std::string_view text) const {
  std::vector<std::byte> out(nonce_size + text.size() + tag_size);
  random.fill(std::span(out).first(nonce_size));
  std::byte* body = out.data() + nonce_size;
  const common::EvpCipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(encryption_.data()),
                          octets(out.data())));
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &size, octets(context), size_of(context)));
  must(EVP_EncryptUpdate(cipher.get(), octets(body), &size, octets(text), size_of(text)));
  must(EVP_EncryptFinal_ex(cipher.get(), octets(body + text.size()), &size));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, body + text.size()));
  return common::base64url_encode(out);
}

common::Result<std::string> SecretBox::open(std::string_view context,
                                            std::string_view sealed) const {
  auto bytes = common::base64url_decode(sealed);
  if (!bytes || bytes->size() < nonce_size + tag_size) return common::fail(Errc::invalid_request);
  const std::size_t length = bytes->size() - nonce_size - tag_size;
  std::byte* body = bytes->data() + nonce_size;
  std::string out(length, '\0');
  const common::EvpCipherCtxPtr cipher(EVP_CIPHER_CTX_new());
  int size = 0;
  must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(encryption_.data()),
                          octets(bytes->data())));
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &size, octets(context), size_of(context)));
  auto* plain = reinterpret_cast<unsigned char*>(out.data());
  must(EVP_DecryptUpdate(cipher.get(), plain, &size, octets(body), static_cast<int>(length)));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, body + length));
  if (EVP_DecryptFinal_ex(cipher.get(), plain + length, &size) != 1) {
    cleanse(out);
    return common::fail(Errc::invalid_request, "sealed with another key or for another place");
  }
  return out;
}

std::string SecretBox::keyed_digest_of(std::string_view purpose, std::string_view text) const {
  return keyed_digest(common::text_of(pepper_), purpose, text);
}

void cleanse(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.size());
  secret.clear();
}

}  // namespace waf
