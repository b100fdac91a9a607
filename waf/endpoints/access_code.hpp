// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET /access-code: the user's phones, and the way to a code for another.
[[nodiscard]] Answer show_access_code(EndpointContext& context, const common::HttpRequest& http,
                                      SystemTime now);
/// POST /access-code: makes a code (which wants a fresh login), cancels it, or signs a phone out.
[[nodiscard]] Answer handle_access_code(EndpointContext& context, const common::HttpRequest& http,
                                        SystemTime now);
/// GET /access-code.js
[[nodiscard]] common::HttpResponse serve_access_code_script();

}  // namespace waf
