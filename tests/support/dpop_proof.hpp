// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "common/jose/jwk.hpp"
#include "common/time.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace test {

/// A client's DPoP key, and the proofs it makes, right ones and wrong ones.
class DpopKey {
 public:
  explicit DpopKey(common::jose::Algorithm algorithm = common::jose::Algorithm::es256);

  /// The public key as it stands in a proof's header.
  [[nodiscard]] const nlohmann::json& jwk() const { return jwk_; }
  [[nodiscard]] std::string thumbprint() const { return common::jose::thumbprint_of(jwk_); }
  /// typ, alg and jwk.
  [[nodiscard]] nlohmann::json header() const;
  /// A JWS of these; whatever they say, it is signed with this key.
  [[nodiscard]] std::string sign(const nlohmann::json& header, const nlohmann::json& claims) const;
  /// A right proof. Each has another jti; `access_token` gives ath.
  [[nodiscard]] std::string proof(const std::string& method, const std::string& uri,
                                  common::SystemTime now, const std::string& access_token = "",
                                  const std::string& nonce = "") const;

 private:
  common::jose::Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
  nlohmann::json jwk_;
};

}  // namespace test
