// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

inline constexpr std::string_view backchannel_logout_path = "/backchannel-logout/";

/// POST /backchannel-logout/NAME: a provider says that its session, or its user, is logged out
/// (OpenID Connect Back-Channel Logout 1.0 2.5 to 2.8). Ends our sessions of it with all that was
/// issued from them.
[[nodiscard]] Answer handle_backchannel_logout(EndpointContext& context,
                                               const common::HttpRequest& http, SystemTime now);

}  // namespace waf
