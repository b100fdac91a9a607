// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/token_request.hpp"

namespace waf {

/// POST /token: the grants of grant_types.cpp.
[[nodiscard]] common::HttpResponse handle_token(EndpointContext& context,
                                                const common::HttpRequest& http, SystemTime now);
/// POST /revoke (RFC 7009): 200 for tokens we do not know, too.
[[nodiscard]] common::HttpResponse handle_revoke(EndpointContext& context,
                                                 const common::HttpRequest& http, SystemTime now);

/// The request and the public client that sent it; any attempt to authenticate otherwise fails with
/// Errc::invalid_client.
[[nodiscard]] common::Result<TokenRequest> read_token_request(EndpointContext& context,
                                                              const common::HttpRequest& http);

}  // namespace waf
