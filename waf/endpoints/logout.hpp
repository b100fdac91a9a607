// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET and POST /logout: OpenID Connect RP-Initiated Logout. Ends the SSO session and the tokens
/// that came from it; asks first unless an id_token_hint proves that the session is meant.
[[nodiscard]] common::HttpResponse handle_logout(EndpointContext& context,
                                                 const common::HttpRequest& http, SystemTime now);

}  // namespace waf
