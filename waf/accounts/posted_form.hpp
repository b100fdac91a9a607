// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/parameters.hpp"

namespace waf {

/// The fields of one of our own forms that this browser was shown: with its synchronizer token,
/// sent from our own site, nothing repeated (token-auth 4.4). Errc::stale_form otherwise. `name`
/// is the form's, `key` what the token was made from: browser_key() or the session's digest.
[[nodiscard]] common::Result<Parameters> read_own_form(const EndpointContext& context,
                                                       const common::HttpRequest& http,
                                                       std::string_view name, std::string_view key);
/// The same, bound to the browser's login cookie.
[[nodiscard]] common::Result<Parameters> read_browser_form(const EndpointContext& context,
                                                           const common::HttpRequest& http,
                                                           std::string_view name);

}  // namespace waf
