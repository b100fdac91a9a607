// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "common/result.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace common::jose {

enum class Algorithm { es256, rs256, ps256, eddsa };

[[nodiscard]] std::string_view name_of(Algorithm algorithm);
[[nodiscard]] std::optional<Algorithm> algorithm_from(std::string_view name);

/// True for `[A-Za-z0-9._-]{1,64}`: what we accept as a kid before looking it up anywhere.
[[nodiscard]] bool is_key_id(std::string_view text);

/// A public key that checks signatures. Copies share the key; safe to use from several threads.
class PublicKey {
 public:
  PublicKey(std::string kid, Algorithm algorithm, std::shared_ptr<EVP_PKEY> key);

  /// One public key by itself, for exactly this algorithm; a private member is an error.
  [[nodiscard]] static Result<PublicKey> from_jwk(const nlohmann::json& jwk, Algorithm algorithm);

  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  /// `signature` in JOSE's form (r||s for ES256).
  [[nodiscard]] bool verify(std::string_view signed_text,
                            std::span<const std::byte> signature) const;
  /// The JWK as a JSON object: public members, use=sig, alg, kid.
  [[nodiscard]] std::string to_jwk() const;

 private:
  std::string kid_;
  Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
};

/// RFC 7638: SHA-256 of the key's required members, base64url. Empty for a key of another type than
/// EC, OKP or RSA.
[[nodiscard]] std::string thumbprint_of(const nlohmann::json& jwk);

/// A JWKS (RFC 7517): signing keys by kid. Immutable once filled, so threads may share it.
class KeySet {
 public:
  /// Unusable keys (other kty, use=enc, no kid) are skipped as section 5 asks; a document that is
  /// no JWKS is an error. At most 64 keys. A private member (`d`) makes the document an error.
  [[nodiscard]] static Result<KeySet> parse(std::string_view json);

  void add(PublicKey key);
  [[nodiscard]] const PublicKey* find(std::string_view kid) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] std::vector<std::string> kids() const;
  /// `{"keys":[…]}`
  [[nodiscard]] std::string to_json() const;

 private:
  std::map<std::string, PublicKey, std::less<>> keys_;
};

}  // namespace common::jose
