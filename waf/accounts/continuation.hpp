// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/authorization_request.hpp"

namespace waf {

/// Where a login leads. It is made by our own code and goes through the browser sealed, so nobody
/// can send a user elsewhere by it (token-auth 7, attack 36).
struct Continuation {
  /// A client's request, which goes on to its answer …
  std::optional<AuthorizationRequest> request;
  /// … or one of our own pages ("/device"), with what it needs in its query.
  std::string page = "/account";
  common::FormFields fields;
};

/// Binds what goes through a browser to that browser: the value of its login cookie, or a new one,
/// which the answer has to set by set_browser_key().
[[nodiscard]] std::string browser_key(EndpointContext& context, const common::HttpRequest& http);
void set_browser_key(const EndpointContext& context, const std::string& key,
                     common::HttpResponse& response);

/// For hidden form fields and the addresses of our own login methods. `key` is browser_key().
[[nodiscard]] std::string seal_continuation(const EndpointContext& context, const std::string& key,
                                            const Continuation& continuation, SystemTime now);
/// Errc::stale_form for anything that was not made for this browser, or too long ago.
[[nodiscard]] common::Result<Continuation> open_continuation(const EndpointContext& context,
                                                             const common::HttpRequest& http,
                                                             std::string_view sealed,
                                                             SystemTime now);

/// The address of the page, fields included.
[[nodiscard]] std::string address_of(const Continuation& continuation);

[[nodiscard]] std::string to_json(const Continuation& continuation);
[[nodiscard]] common::Result<Continuation> continuation_from_json(std::string_view text);

}  // namespace waf
