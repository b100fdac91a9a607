// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

inline constexpr std::string_view known_browser_cookie = "__Host-waf_known";

/// The name of this browser when the user logged in with it before (OWASP's device cookie); empty
/// when not. Its failed logins are counted apart from everybody else's.
[[nodiscard]] std::string known_browser(const EndpointContext& context,
                                        const common::HttpRequest& http,
                                        const std::string& user_name, SystemTime now);
/// After a login: the browser knows the user from now on. It logs nobody in.
void remember_browser(EndpointContext& context, const common::HttpRequest& http,
                      const std::string& user_name, common::HttpResponse& response, SystemTime now);

}  // namespace waf
