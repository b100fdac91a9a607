// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/token_request.hpp"

namespace waf {

/// What an endpoint does with a request whose client is known.
using ClientHandler = Answer (*)(EndpointContext& context, const common::HttpRequest& http,
                                 TokenRequest request, SystemTime now);

/// The way into every endpoint that clients call directly (/token, /revoke, /introspect, /par,
/// /device_authorization, /challenge …): limits the rate, reads the form strictly, authenticates
/// the client by its registered method and by no other, and calls `handler`; refuses the request
/// otherwise. Waits for the client's keys where they have to be fetched (jwks_uri). `endpoint`
/// names it in log and metrics ("token").
[[nodiscard]] Answer with_client(EndpointContext& context, const common::HttpRequest& http,
                                 SystemTime now, std::string_view endpoint, ClientHandler handler);

/// The OAuth error with its log line and metric; WWW-Authenticate when the client tried Basic.
[[nodiscard]] common::HttpResponse refuse_client_request(EndpointContext& context,
                                                         const common::HttpRequest& http,
                                                         std::string_view endpoint,
                                                         const common::Error& error);

}  // namespace waf
