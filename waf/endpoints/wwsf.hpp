// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// The WWSF of TS 24.371: the softphone page and its files. Nothing when the path is none of them.
[[nodiscard]] std::optional<common::HttpResponse> serve_asset(const EndpointContext& context,
                                                              const common::HttpRequest& http);
/// Our own style sheet and icon.
[[nodiscard]] common::HttpResponse serve_stylesheet(const EndpointContext& context);
/// The brand's logo, or our mark.
[[nodiscard]] common::HttpResponse serve_logo(const EndpointContext& context);
[[nodiscard]] common::HttpResponse serve_icon();

}  // namespace waf
