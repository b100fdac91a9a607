// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET and POST /userinfo with the token in Authorization only (OpenID Connect Core 5.3).
[[nodiscard]] common::HttpResponse handle_userinfo(EndpointContext& context,
                                                   const common::HttpRequest& http, SystemTime now);

}  // namespace waf
