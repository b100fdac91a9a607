// SPDX-License-Identifier: Apache-2.0
#include "common/jose/signing_key.hpp"

#include <array>
#include <cstdlib>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/openssl.hpp"

namespace common::jose {
namespace {

using Pkcs8Ptr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Releaser<PKCS8_PRIV_KEY_INFO_free>>;

constexpr int least_rsa_bits = 2048;
constexpr int passphrase_rounds = 600'000;

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 32> group{};
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view(group.data()) == "prime256v1";
}

std::optional<Algorithm> algorithm_of(const EVP_PKEY* key) {
  if (is_p256(key)) return Algorithm::es256;
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return Algorithm::eddsa;
  if (EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= least_rsa_bits) {
    return Algorithm::rs256;
  }
  return std::nullopt;
}

/// OpenSSL would ask on the terminal when an encrypted key comes without a passphrase.
int give_passphrase(char* into, int size, int /*writing*/, void* from) {
  const auto& passphrase = *static_cast<const std::string_view*>(from);
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  passphrase.copy(into, passphrase.size());
  return static_cast<int>(passphrase.size());
}

bool write_encrypted(BIO* bio, const EVP_PKEY* key, std::string_view passphrase) {
  const Pkcs8Ptr plain(EVP_PKEY2PKCS8(key));
  X509_ALGOR* scheme = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), passphrase_rounds, nullptr, 0, nullptr,
                                         NID_hmacWithSHA256);
  if (!plain || scheme == nullptr) return false;
  const std::unique_ptr<X509_SIG, Releaser<X509_SIG_free>> sealed(
      PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), scheme));
  return sealed && PEM_write_bio_PKCS8(bio, sealed.get()) == 1;
}

}  // namespace

SigningKey::SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> key)
    : SigningKey(std::move(kid), std::move(key), nullptr) {}

SigningKey::SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> public_key,
                       std::shared_ptr<RemoteKey> remote)
    : kid_(std::move(kid)),
      algorithm_(algorithm_of(public_key.get()).value_or(Algorithm::es256)),
      key_(std::move(public_key)),
      remote_(std::move(remote)) {}

Result<SigningKey> SigningKey::from_pem(std::string kid, std::string_view pem,
                                        std::string_view passphrase) {
  if (!is_key_id(kid)) return fail(Errc::invalid_key_id);
  if (!passphrase.empty() && pem.find("BEGIN ENCRYPTED PRIVATE KEY") == std::string_view::npos) {
    return fail(Errc::malformed_key, "expected an encrypted key");
  }
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase),
      Releaser<EVP_PKEY_free>{});
  if (!key) return fail(Errc::malformed_key, openssl_error());
  if (!algorithm_of(key.get())) {
    return fail(Errc::malformed_key, "expected a key on P-256 or Ed25519, or RSA of 2048 bits");
  }
  return SigningKey(std::move(kid), std::move(key));
}

std::string SigningKey::to_pem(std::string_view passphrase) const {
  if (remote_) std::abort();  // it stays where it is
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  const bool written = passphrase.empty()
                           ? PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr,
                                                           0, nullptr, nullptr) == 1
                           : write_encrypted(bio.get(), key_.get(), passphrase);
  if (!written) std::abort();
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

PublicKey SigningKey::public_key() const { return {kid_, algorithm_, key_}; }

}  // namespace common::jose
