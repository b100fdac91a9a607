// SPDX-License-Identifier: Apache-2.0
#include "common/jose/signing_key.hpp"

#include <array>
#include <cstdlib>

#include <openssl/pem.h>

#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"
#include "common/openssl.hpp"

namespace common::jose {

SigningKey::SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> key)
    : kid_(std::move(kid)), key_(std::move(key)) {}

Result<SigningKey> SigningKey::from_pem(std::string kid, std::string_view pem) {
  if (!is_key_id(kid)) return fail(Errc::invalid_key_id);
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr),
                                Releaser<EVP_PKEY_free>{});
  if (!key) return fail(Errc::malformed_key, openssl_error());
  std::array<char, 32> group{};
  if (EVP_PKEY_is_a(key.get(), "EC") != 1 ||
      EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), nullptr) != 1 ||
      std::string_view(group.data()) != "prime256v1") {
    return fail(Errc::malformed_key, "expected an EC key on P-256");
  }
  return SigningKey(std::move(kid), std::move(key));
}

std::string SigningKey::to_pem() const {
  const BioPtr bio(BIO_new(BIO_s_secmem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    std::abort();
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

PublicKey SigningKey::public_key() const { return {kid_, Algorithm::es256, key_}; }

struct Signer::State {
  std::string kid;
  std::shared_ptr<EVP_PKEY> key;
  EvpPkeyCtxPtr context;
  std::unique_ptr<EVP_MD, Releaser<EVP_MD_free>> sha256;
  EvpMdCtxPtr digest;
  std::string header;  // base64url of the JOSE header, with the dot
};

Signer::Signer(const SigningKey& key, std::string_view type) : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.kid = key.kid();
  s.key = key.handle();
  s.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, s.key.get(), nullptr));
  s.sha256.reset(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  s.digest.reset(EVP_MD_CTX_new());
  if (!s.context || !s.sha256 || !s.digest || EVP_PKEY_sign_init(s.context.get()) != 1) {
    std::abort();
  }
  std::string header = R"({"alg":"ES256","kid":)";
  append_json_string(header, s.kid);
  header += R"(,"typ":)";
  append_json_string(header, type);
  header += "}";
  s.header = base64url_encode(bytes_of(header)) + ".";
}

Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

const std::string& Signer::kid() const { return state_->kid; }

std::string Signer::sign(std::string_view payload) {
  State& s = *state_;
  std::string out = s.header + base64url_encode(bytes_of(payload));
  std::array<unsigned char, 32> hash{};
  std::array<unsigned char, 80> der{};
  std::size_t der_size = der.size();
  if (EVP_DigestInit_ex2(s.digest.get(), s.sha256.get(), nullptr) != 1 ||
      EVP_DigestUpdate(s.digest.get(), out.data(), out.size()) != 1 ||
      EVP_DigestFinal_ex(s.digest.get(), hash.data(), nullptr) != 1 ||
      EVP_PKEY_sign(s.context.get(), der.data(), &der_size, hash.data(), hash.size()) != 1) {
    std::abort();  // only a broken OpenSSL gets here
  }
  const unsigned char* at = der.data();
  const EcdsaSigPtr signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der_size)));
  std::array<unsigned char, 64> raw{};
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + 32, 32);
  out += '.';
  out += base64url_encode(std::as_bytes(std::span(raw)));
  return out;
}

}  // namespace common::jose
