// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /register (RFC 7591): a client registers itself with an initial access token.
[[nodiscard]] common::HttpResponse handle_register(EndpointContext& context,
                                                   const common::HttpRequest& http, SystemTime now);
// RFC 7592, with the registration access token that registering gave.
[[nodiscard]] common::HttpResponse handle_registration_read(EndpointContext& context,
                                                            const common::HttpRequest& http,
                                                            SystemTime now);
[[nodiscard]] common::HttpResponse handle_registration_update(EndpointContext& context,
                                                              const common::HttpRequest& http,
                                                              SystemTime now);
[[nodiscard]] common::HttpResponse handle_registration_delete(EndpointContext& context,
                                                              const common::HttpRequest& http,
                                                              SystemTime now);

}  // namespace waf
