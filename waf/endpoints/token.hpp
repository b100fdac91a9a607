// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/parameters.hpp"

namespace waf {

/// POST /token: grants authorization_code and refresh_token.
[[nodiscard]] common::HttpResponse handle_token(EndpointContext& context,
                                                const common::HttpRequest& http, SystemTime now);
/// POST /revoke (RFC 7009): 200 for tokens we do not know, too.
[[nodiscard]] common::HttpResponse handle_revoke(EndpointContext& context,
                                                 const common::HttpRequest& http, SystemTime now);

/// The form of a back-channel request and the public client that sent it; any attempt to
/// authenticate otherwise fails with Errc::invalid_client.
struct ClientRequest {
  Parameters form;
  Client client;
};
[[nodiscard]] common::Result<ClientRequest> read_client_request(EndpointContext& context,
                                                                const common::HttpRequest& http);

}  // namespace waf
