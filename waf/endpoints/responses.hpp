// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/pages/layout.hpp"
#include "waf/settings.hpp"

namespace waf {

using common::HttpRequest;
using common::HttpResponse;

/// A page of ours with the headers of token-auth 4.4. `form_target` is where the form's answer may
/// redirect to; browsers hold form-action against redirects too.
[[nodiscard]] HttpResponse html_response(unsigned status, std::string html,
                                         std::string_view form_target = {});
[[nodiscard]] HttpResponse json_response(unsigned status, std::string json);
/// 303 as RFC 9700 2.1 wants: never 307, which would send the password along.
[[nodiscard]] HttpResponse redirect_response(std::string location);
/// `{"error": …}` of OAuth 2.1 section 3.2.4 with its status.
[[nodiscard]] HttpResponse oauth_error(const common::Error& error);
[[nodiscard]] HttpResponse too_many_requests(seconds retry_after, bool as_html,
                                             const pages::Look& look = {});
/// The page for a form that was open too long, or came from another site.
[[nodiscard]] HttpResponse stale_form_page(const pages::Look& look);
/// Headers that every answer carries.
void add_common_headers(HttpResponse& response, const Settings& settings);

[[nodiscard]] std::string set_cookie(std::string_view name, std::string_view value,
                                     seconds max_age = seconds(0));
[[nodiscard]] std::string clear_cookie(std::string_view name);

inline constexpr std::string_view session_cookie = "__Host-waf_sid";
inline constexpr std::string_view login_cookie = "__Host-waf_login";

/// True for application/x-www-form-urlencoded with or without parameters.
[[nodiscard]] bool is_form(const HttpRequest& request);

/// False for a form that another site sent, as far as the browser tells (Sec-Fetch-Site, Origin).
[[nodiscard]] bool is_same_site_post(const HttpRequest& request, const Settings& settings);

}  // namespace waf
