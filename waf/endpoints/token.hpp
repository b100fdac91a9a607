// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/client_request.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /token: the grants of grant_types.cpp.
[[nodiscard]] Answer handle_token(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);
/// POST /revoke (RFC 7009): 200 for tokens we do not know, too.
[[nodiscard]] Answer handle_revoke(EndpointContext& context, const common::HttpRequest& http,
                                   SystemTime now);

}  // namespace waf
