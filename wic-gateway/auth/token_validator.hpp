// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/access_token.hpp"
#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "wic-gateway/auth/revocation.hpp"

namespace wic {

/// What a token must be to be accepted on a listener.
struct TokenPolicy {
  std::string issuer;
  std::string audience;
  std::vector<std::string> clients;  // empty: every client of the issuer
  std::vector<common::jose::Algorithm> algorithms = {common::jose::Algorithm::es256};
  std::chrono::seconds expiry_leeway{30};
  std::chrono::seconds future_leeway{60};
  std::chrono::seconds max_lifetime{2 * 3600};
};

using TokenPtr = std::shared_ptr<const common::jose::AccessToken>;

/// Checks access tokens: RFC 9068 section 4, in the order that trusts nothing before the signature.
/// Scopes and identities are the registration's business: they need the request.
class TokenValidator {
 public:
  explicit TokenValidator(TokenPolicy policy);

  /// `keys` may be null: Errc::no_keys. Errc::unknown_key is worth a fetch of the key set.
  [[nodiscard]] common::Result<TokenPtr> validate(std::string_view token, common::SystemTime now,
                                                  const common::jose::KeySet* keys,
                                                  const RevocationList& revocations) const;

  /// The claims that may change their verdict as time passes; also for remembered tokens.
  [[nodiscard]] common::Result<void> check_claims(const common::jose::AccessToken& token,
                                                  common::SystemTime now) const;

  [[nodiscard]] const TokenPolicy& policy() const { return policy_; }

 private:
  TokenPolicy policy_;
};

}  // namespace wic
