// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET and POST /logout: OpenID Connect RP-Initiated Logout. Ends the SSO session and the tokens
/// that came from it; asks first unless an id_token_hint proves that the session is meant.
[[nodiscard]] Answer handle_logout(EndpointContext& context, const common::HttpRequest& http,
                                   SystemTime now);

/// The end of a logout: back to the application's address, or our own page when it gave none. Takes
/// the session's cookie away.
[[nodiscard]] common::HttpResponse signed_out(const pages::Look& look, const std::string& target);

}  // namespace waf
