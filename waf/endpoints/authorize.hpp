// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET and POST /authorize: a redirect with a code for a browser that is logged in as the request
/// wants, otherwise the login page or a refusal.
[[nodiscard]] Answer handle_authorize(EndpointContext& context, const common::HttpRequest& http,
                                      SystemTime now);

}  // namespace waf
