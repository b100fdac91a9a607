// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "waf/federation/provider.hpp"

namespace waf::federation {

/// What a provider's logout token ends: one session, or all of a subject's when it has no sid.
struct LogoutToken {
  std::string subject;  // may be empty when sid is there
  std::string sid;
  std::string id;  // jti, for the replay cache
  common::SystemTime expires_at{};
};

/// OpenID Connect Back-Channel Logout 1.0 section 2.6, all but the replay cache. typ logout+jwt;
/// JWT and none are taken too, since providers of before the final specification send them, and
/// `events` with no nonce already tells these tokens from ID tokens.
[[nodiscard]] common::Result<LogoutToken> check_logout_token(std::string_view token,
                                                             const Provider& provider,
                                                             const common::jose::KeySet& keys,
                                                             common::SystemTime now);

/// Our own for one client.
struct OwnLogoutToken {
  std::string issuer;
  std::string client_id;
  std::string subject;
  std::string sid;  // empty: all sessions of the subject
  std::string id;
};
/// The claims as JSON, for KeyRing::sign_logout_token().
[[nodiscard]] std::string logout_claims(const OwnLogoutToken& token, common::SystemTime now);

inline constexpr std::string_view logout_token_type = "logout+jwt";

}  // namespace waf::federation
