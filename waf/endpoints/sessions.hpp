// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// A logged-in browser.
struct LiveSession {
  Session session;
  User user;
};

/// The SSO session of the request's cookie while its idle and absolute times last and its user may
/// still log in. Notes that it was seen.
[[nodiscard]] std::optional<LiveSession> find_live_session(EndpointContext& context,
                                                           const common::HttpRequest& request,
                                                           SystemTime now);

struct StartedSession {
  Session session;
  std::string cookie;  // secret
};

/// A session after a login: always with a new cookie (session fixation). The browser's former
/// session ends; its sid lives on when it was the same user's.
[[nodiscard]] StartedSession start_session(EndpointContext& context, const User& user,
                                           const AuthenticatedUser& login,
                                           const common::HttpRequest& request, SystemTime now);

/// Ends it with all tokens that came from it, and queues the word for clients that want to know.
void end_session(EndpointContext& context, const Session& session, SystemTime now);

/// The synchronizer token of a form shown to the browser that holds `cookie`.
[[nodiscard]] std::string csrf_token(const EndpointContext& context, std::string_view form,
                                     std::string_view cookie);

}  // namespace waf
