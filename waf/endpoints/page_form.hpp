// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/grants/parameters.hpp"

namespace waf {

/// What a form of a page for logged-in users is bound to: the session's cookie.
[[nodiscard]] std::string session_key(const common::HttpRequest& http);

/// The fields of such a form when it is one of ours: same site, synchronizer token of `form` and of
/// this session. Errc::stale_form otherwise.
[[nodiscard]] common::Result<Parameters> read_page_form(const EndpointContext& context,
                                                        const common::HttpRequest& http,
                                                        std::string_view form);

}  // namespace waf
