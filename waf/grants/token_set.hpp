// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/random.hpp"
#include "waf/devices/device_context.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/issuer.hpp"
#include "waf/tokens/token_reader.hpp"

namespace waf {

/// What a grant gives; empty texts are left out of the answer.
struct TokenSet {
  std::string access_token;
  std::string refresh_token;
  std::string id_token;
  std::vector<std::string> scopes;
  seconds expires_in{0};
  std::string token_type = "Bearer";  // "DPoP" when bound to a key; set by the endpoint
  std::string members;                // further members of the answer: a JSON object, or empty
};

/// What every grant works with.
struct GrantContext {
  const Settings& settings;
  Store& store;
  TokenIssuer& issuer;
  TokenReader& reader;
  common::RandomSource& random;
  std::string secret;  // of the whole deployment
  DeviceContext& devices;
};

[[nodiscard]] bool contains(const std::vector<std::string>& list, std::string_view one);

/// No access token lives longer, whatever its client is allowed; what is revoked is remembered that
/// long.
inline constexpr seconds longest_access_token{3600};

/// What of `wanted` the user may have: groups of a directory or a provider give and take scopes.
/// OpenID Connect's own are everybody's.
[[nodiscard]] std::vector<std::string> permitted_scopes(const User& user,
                                                        const std::vector<std::string>& wanted);

// The first form of each is for those without a grant's context, such as the command line.

/// Ends a grant now: its refresh family, and by a revocation record its access tokens.
void revoke_grant(const Settings& settings, Store& store, const std::string& grant_id,
                  SystemTime now);
void revoke_grant(GrantContext& context, const std::string& grant_id, SystemTime now);
/// The same for all grants of one client, as when it is disabled or gone.
void revoke_client(const Settings& settings, Store& store, const std::string& client_id,
                   SystemTime now);
/// The same for all grants of one SSO session.
void revoke_session(const Settings& settings, Store& store, const std::string& sid, SystemTime now,
                    const std::string& reason = {});
void revoke_session(GrantContext& context, const std::string& sid, SystemTime now,
                    const std::string& reason = {});
/// The same for all grants and sessions of one user. `reason` is shown where a call or registration
/// ends by it; empty: the usual one.
void revoke_user(const Settings& settings, Store& store, const std::string& user_id, SystemTime now,
                 const std::string& reason = {});

}  // namespace waf
