// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/endpoints/answer.hpp"

namespace waf {

/// GET and POST /account/password: with the present one. Ends all other sessions of the user, and
/// every token and device that was signed in before.
[[nodiscard]] Answer handle_password(EndpointContext& context, const common::HttpRequest& http,
                                     SystemTime now);

/// Before the login of a user whose password must change goes on; posts to /login/password.
[[nodiscard]] common::HttpResponse show_forced_password(EndpointContext& context,
                                                        const AuthenticatedUser& user,
                                                        const Continuation& continuation,
                                                        const common::HttpRequest& http,
                                                        const std::string& error, SystemTime now);
[[nodiscard]] Answer handle_forced_password(EndpointContext& context,
                                            const common::HttpRequest& http, SystemTime now);

}  // namespace waf
