// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /par (RFC 9126): keeps an authorization request for the browser to come with.
[[nodiscard]] Answer handle_par(EndpointContext& context, const common::HttpRequest& http,
                                SystemTime now);

}  // namespace waf
