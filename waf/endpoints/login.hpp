// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/authorization_request.hpp"

namespace waf {

/// The login page for a request, or for a user who came without one.
[[nodiscard]] common::HttpResponse show_login(EndpointContext& context,
                                              const common::HttpRequest& http,
                                              const std::optional<AuthorizationRequest>& request,
                                              const std::string& user_name,
                                              const std::string& error, SystemTime now);

/// GET /login, for a user who came without a request.
[[nodiscard]] common::HttpResponse show_plain_login(EndpointContext& context,
                                                    const common::HttpRequest& http,
                                                    SystemTime now);

/// POST /login.
[[nodiscard]] Answer handle_login(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);

}  // namespace waf
