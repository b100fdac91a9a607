// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// The login page, which leads to `continuation`.
[[nodiscard]] common::HttpResponse show_login(EndpointContext& context,
                                              const common::HttpRequest& http,
                                              const Continuation& continuation,
                                              const std::string& user_name,
                                              const std::string& error, SystemTime now);

/// GET /login, for a user who came without a request, or who goes back to this page with one.
[[nodiscard]] common::HttpResponse show_plain_login(EndpointContext& context,
                                                    const common::HttpRequest& http,
                                                    SystemTime now);

/// POST /login.
[[nodiscard]] Answer handle_login(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);

}  // namespace waf
