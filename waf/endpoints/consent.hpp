// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/http.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/endpoints/sessions.hpp"

namespace waf {

/// False for first-party clients, and when the user has allowed all of it before. A client that
/// nobody can tell from another (public, native) is asked about every time (OAuth 2.1 section 7.3).
[[nodiscard]] bool needs_consent(EndpointContext& context, std::string_view user_id,
                                 const AuthorizationRequest& request);

[[nodiscard]] common::HttpResponse show_consent(EndpointContext& context, const LiveSession& live,
                                                const Continuation& continuation,
                                                const common::HttpRequest& http, SystemTime now);

/// POST /consent.
[[nodiscard]] Answer handle_consent(EndpointContext& context, const common::HttpRequest& http,
                                    SystemTime now);

}  // namespace waf
