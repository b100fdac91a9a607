// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cassert>

#include <nlohmann/json.hpp>
#include <openssl/core_names.h>

#include "common/encoding.hpp"
#include "common/jose/jwk.hpp"
#include "common/openssl.hpp"

namespace common::jose {
namespace {

using nlohmann::json;

constexpr std::size_t coordinate_size = 32;

void add_point(json& out, const EVP_PKEY* key) {
  std::array<unsigned char, 1 + 2 * coordinate_size> point{};
  std::size_t size = 0;
  EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point.data(),
                                  point.size(), &size);
  assert(size == point.size() && point[0] == POINT_CONVERSION_UNCOMPRESSED);
  const auto bytes = std::as_bytes(std::span(point));
  out["kty"] = "EC";
  out["crv"] = "P-256";
  out["x"] = base64url_encode(bytes.subspan(1, coordinate_size));
  out["y"] = base64url_encode(bytes.subspan(1 + coordinate_size));
}

std::string number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  const BignumPtr owned(number);
  std::vector<std::byte> octets(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(octets.data()));
  return base64url_encode(octets);
}

void add_modulus(json& out, const EVP_PKEY* key) {
  out["kty"] = "RSA";
  out["n"] = number_of(key, OSSL_PKEY_PARAM_RSA_N);
  out["e"] = number_of(key, OSSL_PKEY_PARAM_RSA_E);
}

void add_octets(json& out, const EVP_PKEY* key) {
  std::array<unsigned char, coordinate_size> octets{};
  std::size_t size = octets.size();
  EVP_PKEY_get_raw_public_key(key, octets.data(), &size);
  out["kty"] = "OKP";
  out["crv"] = "Ed25519";
  out["x"] = base64url_encode(std::as_bytes(std::span(octets)));
}

}  // namespace

std::string PublicKey::to_jwk() const {
  json out = {{"use", "sig"}, {"alg", name_of(algorithm_)}, {"kid", kid_}};
  if (algorithm_ == Algorithm::es256) {
    add_point(out, key_.get());
  } else if (algorithm_ == Algorithm::eddsa) {
    add_octets(out, key_.get());
  } else {
    add_modulus(out, key_.get());
  }
  return out.dump();
}

}  // namespace common::jose
