// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
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

/// What binds a login to one browser: the value of its login cookie, or a new one, which the answer
/// has to set by set_browser_key().
[[nodiscard]] std::string browser_key(EndpointContext& context, const common::HttpRequest& http);
void set_browser_key(const EndpointContext& context, const std::string& key,
                     common::HttpResponse& response);
/// A request that goes through the browser, in a form or a link of ours.
[[nodiscard]] std::string seal_request(const EndpointContext& context, const std::string& key,
                                       const AuthorizationRequest& request, SystemTime now);
/// Errc::stale_form for what was not made for this browser, or too long ago.
[[nodiscard]] common::Result<AuthorizationRequest> open_request(const EndpointContext& context,
                                                                const common::HttpRequest& http,
                                                                const std::string& sealed,
                                                                SystemTime now);

/// The end of every login, whoever vouched: a session, and the answer to the request.
[[nodiscard]] common::HttpResponse complete_login(
    EndpointContext& context, const User& user, const AuthenticatedUser& login,
    const std::optional<AuthorizationRequest>& request, const common::HttpRequest& http,
    SystemTime now);

/// GET /login, for a user who came without a request, or who goes back to this page with one.
[[nodiscard]] common::HttpResponse show_plain_login(EndpointContext& context,
                                                    const common::HttpRequest& http,
                                                    SystemTime now);

/// POST /login.
[[nodiscard]] Answer handle_login(EndpointContext& context, const common::HttpRequest& http,
                                  SystemTime now);

}  // namespace waf
