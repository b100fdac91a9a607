// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/endpoints/sessions.hpp"

namespace waf {

/// The end of every successful first factor, whatever proved it: asks for the second factor or a
/// new password when the account or the request wants that, then starts the SSO session and goes
/// on to where the login leads.
[[nodiscard]] Answer complete_login(EndpointContext& context, const AuthenticatedUser& user,
                                    const Continuation& continuation,
                                    const common::HttpRequest& http, SystemTime now);

/// The browser's session when it is good enough, and otherwise the answer that logs it in and
/// comes back to `continuation`: either `live` or `answer` is set.
struct LoginGate {
  std::optional<LiveSession> live;
  std::optional<Answer> answer;
};
/// `max_age`: how long ago the user may have logged in (to mint an access code: minutes).
[[nodiscard]] LoginGate require_login(EndpointContext& context, const common::HttpRequest& http,
                                      const Continuation& continuation,
                                      std::optional<seconds> max_age, SystemTime now);

/// Goes on with a browser whose session is `live`: consent when the client needs it, then the
/// answer to its request, or our own page.
[[nodiscard]] Answer continue_logged_in(EndpointContext& context, const LiveSession& live,
                                        const Continuation& continuation,
                                        const common::HttpRequest& http, SystemTime now);

}  // namespace waf
