// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "common/jose/jwk.hpp"
#include "common/jose/signing_key.hpp"
#include "common/time.hpp"

namespace test {

/// An issuer whose tokens can be wrong in any way: header and claims are JSON texts as given.
class TokenForge {
 public:
  explicit TokenForge(std::string kid = "k1");

  [[nodiscard]] const common::jose::KeySet& keys() const { return keys_; }
  [[nodiscard]] const std::string& public_pem() const { return public_pem_; }

  /// A header and claims that the gateway of these tests accepts at `now`.
  [[nodiscard]] nlohmann::json header() const;
  [[nodiscard]] nlohmann::json claims(common::SystemTime now) const;
  [[nodiscard]] std::string good(common::SystemTime now) const;

  [[nodiscard]] std::string sign_text(std::string_view header, std::string_view claims) const;
  [[nodiscard]] std::string sign(const nlohmann::json& header, const nlohmann::json& claims) const;
  /// The signature of `signed_text` in JOSE's form and in DER.
  [[nodiscard]] std::string jose_signature(std::string_view signed_text) const;
  [[nodiscard]] std::string der_signature(std::string_view signed_text) const;

 private:
  std::string kid_;
  common::jose::SigningKey key_;
  common::jose::KeySet keys_;
  std::string public_pem_;
};

/// base64url(header) "." base64url(claims)
[[nodiscard]] std::string unsigned_token(std::string_view header, std::string_view claims);
[[nodiscard]] std::string base64url(std::string_view text);

}  // namespace test
