// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/http.hpp"
#include "common/jose/access_token.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// The claims of an access token of ours, JWT or opaque, that is valid now: issued by this server,
/// not expired, not revoked, its client enabled, and, for a user's token, the user too. The
/// audience is the caller's policy. Errc::invalid_token otherwise.
[[nodiscard]] common::Result<common::jose::AccessToken> find_access_token(EndpointContext& context,
                                                                          std::string_view token,
                                                                          SystemTime now);

/// The token of `Authorization: Bearer` or `DPoP` with what it is bound to proven by the request;
/// for any audience. Errors as of authorize_bearer().
[[nodiscard]] common::Result<common::jose::AccessToken> read_bearer(EndpointContext& context,
                                                                    const common::HttpRequest& http,
                                                                    SystemTime now);

/// For our own resources (/events, /admin, …): the token of `Authorization: Bearer` or `DPoP`, with
/// this server as its audience, `scope` among its scopes, and what it is bound to proven by the
/// request. Errc::invalid_token, Errc::insufficient_scope, or Errc::login_required without any
/// credentials; bearer_challenge() makes the answer of it.
[[nodiscard]] common::Result<common::jose::AccessToken> authorize_bearer(
    EndpointContext& context, const common::HttpRequest& http, std::string_view scope,
    SystemTime now);

/// 401 or 403 with WWW-Authenticate (RFC 6750 section 3).
[[nodiscard]] common::HttpResponse bearer_challenge(const EndpointContext& context,
                                                    const common::Error& error,
                                                    std::string_view scope);

}  // namespace waf
