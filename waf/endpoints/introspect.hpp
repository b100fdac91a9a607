// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /introspect (RFC 7662), for clients that authenticate. Only tokens whose audience the
/// caller serves are described; everything else, refresh tokens included, is `{"active":false}`, so
/// that nothing can be learnt about foreign tokens.
[[nodiscard]] Answer handle_introspect(EndpointContext& context, const common::HttpRequest& http,
                                       SystemTime now);

}  // namespace waf
