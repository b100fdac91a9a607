// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/access_token.hpp"
#include "common/random.hpp"
#include "waf/settings.hpp"
#include "waf/store/records.hpp"
#include "waf/tokens/key_ring.hpp"
#include "waf/tokens/sender_proof.hpp"

namespace waf {

/// What a token speaks of: who, for which client, from which login.
struct TokenSubject {
  const User& user;
  const Grant& grant;
  std::vector<std::string> scopes;
  SenderProof proof = {};  // what the access token is bound to ("cnf")
};

/// Makes access tokens (RFC 9068, token-auth 6.1) and ID tokens (OpenID Connect Core 2).
class TokenIssuer {
 public:
  TokenIssuer(const Settings& settings, KeyRing& keys, common::RandomSource& random)
      : settings_(settings), keys_(keys), random_(random) {}

  [[nodiscard]] std::string access_token(const TokenSubject& subject, SystemTime now);
  /// The claims alone, for tools that change some of them before sign().
  [[nodiscard]] common::jose::AccessToken access_claims(const TokenSubject& subject,
                                                        SystemTime now);
  [[nodiscard]] std::string sign(const common::jose::AccessToken& claims);
  /// `nonce` is left out when empty; `access_token` gives at_hash.
  [[nodiscard]] std::string id_token(
      const TokenSubject& subject, std::string_view nonce, std::string_view access_token,
      SystemTime now, std::optional<common::jose::Algorithm> algorithm = std::nullopt);

 private:
  const Settings& settings_;
  KeyRing& keys_;
  common::RandomSource& random_;
};

/// The grant an access token came from: what stands before the dot of its jti.
[[nodiscard]] std::string_view grant_of_token_id(std::string_view jti);

}  // namespace waf
