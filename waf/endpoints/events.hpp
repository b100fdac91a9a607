// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// GET /events?feed=<id>&after=<seq> (token-auth 6.4): the revocations as text/event-stream, for
/// tokens with the scope waf.events. The answer ends when its token does.
[[nodiscard]] common::HttpResponse handle_events(EndpointContext& context,
                                                 const common::HttpRequest& http, SystemTime now);

}  // namespace waf
