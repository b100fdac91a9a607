// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/endpoints/answer.hpp"

namespace waf {

/// Asks a user whose first factor is right for the second one.
[[nodiscard]] common::HttpResponse show_second_factor(EndpointContext& context,
                                                      const AuthenticatedUser& user,
                                                      const Continuation& continuation,
                                                      const common::HttpRequest& http,
                                                      const std::string& error, SystemTime now);

/// POST /login/code.
[[nodiscard]] Answer handle_second_factor(EndpointContext& context, const common::HttpRequest& http,
                                          SystemTime now);

}  // namespace waf
