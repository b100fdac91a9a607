// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/sessions.hpp"

namespace waf {

/// The browser's session when it is good enough for a page of ours, and otherwise the login page
/// that leads back to it: one of the two is set.
struct PageGate {
  std::optional<LiveSession> live;
  std::optional<Answer> answer;
};

/// `address`: our own page with its query, never anything of a request's choosing (token-auth 7,
/// attack 36). `max_age`: how long ago the user may have logged in.
[[nodiscard]] PageGate open_page(EndpointContext& context, const common::HttpRequest& http,
                                 const std::string& address, std::optional<seconds> max_age,
                                 SystemTime now);

}  // namespace waf
