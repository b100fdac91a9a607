// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/jose/access_token.hpp"
#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// The one audience of the token that the request asks for (RFC 8707): its `resource`, which must
/// be among those the client may ask for and, when the grant was limited to some, among `granted`;
/// or the default. Scopes of this server itself (`waf.…`) have this server as their audience.
/// Errc::invalid_target otherwise.
[[nodiscard]] common::Result<std::string> choose_audience(const Settings& settings,
                                                          const TokenRequest& request,
                                                          const std::vector<std::string>& granted,
                                                          const std::vector<std::string>& scopes);
/// Whether an authorization request of the client may name the audience.
[[nodiscard]] bool may_ask_for_audience(const Settings& settings, const Client& client,
                                        std::string_view audience);

/// What the client must prove to hold is proven. Errc::invalid_dpop_proof, Errc::invalid_request.
[[nodiscard]] common::Result<void> check_sender(const TokenRequest& request);

/// Refresh tokens of a public client are bound like its access tokens (RFC 8705 section 4, RFC 9449
/// section 5); those of other clients need the client's authentication anyhow.
void bind_refresh(const TokenRequest& request, Grant& grant);
/// Errc::invalid_grant when the grant is bound to something that the request does not prove.
[[nodiscard]] common::Result<void> check_refresh_binding(const TokenRequest& request,
                                                         const Grant& grant);

struct IssuedToken {
  std::string token;
  seconds expires_in{0};
};

/// Makes the token of these claims in the client's format, bound to what the client binds tokens to
/// (RFC 8705 section 3, RFC 9449 section 6), with the client's lifetime, at most until `not_after`.
/// The claims' audience is set already.
[[nodiscard]] IssuedToken issue_access_token(GrantContext& context, const TokenRequest& request,
                                             common::jose::AccessToken claims, SystemTime now,
                                             std::optional<SystemTime> not_after = std::nullopt);

/// Access token and, for `openid`, ID token of a user's or a pool's grant; the refresh token is the
/// caller's. `audience` comes from choose_audience(). `nonce` is for the ID token, empty for none.
[[nodiscard]] TokenSet issue_user_tokens(GrantContext& context, const TokenRequest& request,
                                         const TokenSubject& subject, const std::string& audience,
                                         const std::string& nonce, SystemTime now);

}  // namespace waf
