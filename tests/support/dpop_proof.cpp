// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dpop_proof.hpp"

#include <array>
#include <stdexcept>
#include <vector>

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "common/encoding.hpp"
#include "common/jose/dpop.hpp"
#include "common/openssl.hpp"

namespace test {
namespace {

using common::base64url_encode;
using common::jose::Algorithm;
using nlohmann::json;

std::string bytes_text(const std::vector<unsigned char>& bytes) {
  return base64url_encode(std::as_bytes(std::span(bytes)));
}

std::string number(const EVP_PKEY* key, const char* name, int size) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  const common::BignumPtr held(value);
  std::vector<unsigned char> out(static_cast<std::size_t>(size == 0 ? BN_num_bytes(value) : size));
  BN_bn2binpad(value, out.data(), static_cast<int>(out.size()));
  return bytes_text(out);
}

json public_members(const EVP_PKEY* key, Algorithm algorithm) {
  if (algorithm == Algorithm::es256) {
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", number(key, OSSL_PKEY_PARAM_EC_PUB_X, 32)},
            {"y", number(key, OSSL_PKEY_PARAM_EC_PUB_Y, 32)}};
  }
  if (algorithm == Algorithm::eddsa) {
    std::vector<unsigned char> raw(32);
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key, raw.data(), &size);
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"x", bytes_text(raw)}};
  }
  return {{"kty", "RSA"},
          {"n", number(key, OSSL_PKEY_PARAM_RSA_N, 0)},
          {"e", number(key, OSSL_PKEY_PARAM_RSA_E, 0)}};
}

EVP_PKEY* generate(Algorithm algorithm) {
  if (algorithm == Algorithm::es256) return EVP_EC_gen("P-256");
  if (algorithm == Algorithm::eddsa) return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  return EVP_RSA_gen(2048);
}

/// OpenSSL's DER as JOSE's r||s.
std::vector<unsigned char> raw_signature(const std::vector<unsigned char>& der) {
  const unsigned char* at = der.data();
  const common::EcdsaSigPtr parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::vector<unsigned char> out(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out.data() + 32, 32);
  return out;
}

}  // namespace

DpopKey::DpopKey(Algorithm algorithm)
    : algorithm_(algorithm), key_(generate(algorithm), common::Releaser<EVP_PKEY_free>{}) {
  if (!key_) throw std::runtime_error(common::openssl_error());
  jwk_ = public_members(key_.get(), algorithm);
}

json DpopKey::header() const {
  return {{"typ", "dpop+jwt"}, {"alg", common::jose::name_of(algorithm_)}, {"jwk", jwk_}};
}

std::string DpopKey::sign(const json& header, const json& claims) const {
  std::string text = base64url_encode(common::bytes_of(header.dump())) + "." +
                     base64url_encode(common::bytes_of(claims.dump()));
  const common::EvpMdCtxPtr context(EVP_MD_CTX_new());
  const char* digest = algorithm_ == Algorithm::eddsa ? nullptr : "SHA256";
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::vector<unsigned char> signature(512);
  std::size_t size = signature.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key_.get(),
                            nullptr) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, data, text.size()) != 1) {
    throw std::runtime_error(common::openssl_error());
  }
  signature.resize(size);
  if (algorithm_ == Algorithm::es256) signature = raw_signature(signature);
  return text + "." + bytes_text(signature);
}

std::string DpopKey::proof(const std::string& method, const std::string& uri,
                           common::SystemTime now, const std::string& access_token,
                           const std::string& nonce) const {
  static int made = 0;
  json claims = {{"jti", "proof-" + std::to_string(++made)},
                 {"htm", method},
                 {"htu", uri},
                 {"iat", common::unix_seconds(now)}};
  if (!access_token.empty()) claims["ath"] = common::jose::token_hash(access_token);
  if (!nonce.empty()) claims["nonce"] = nonce;
  return sign(header(), claims);
}

}  // namespace test
