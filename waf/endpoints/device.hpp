// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET /device: where a user types the code that a device shows him. A code that came with the
/// address is filled in and no more: the user has to send the form and to confirm what it shows.
[[nodiscard]] Answer show_device(EndpointContext& context, const common::HttpRequest& http,
                                 SystemTime now);
/// POST /device: the code, then the user's yes or no.
[[nodiscard]] Answer handle_device(EndpointContext& context, const common::HttpRequest& http,
                                   SystemTime now);

}  // namespace waf
