// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

using Endpoint = Answer (*)(EndpointContext& context, const common::HttpRequest& request,
                            SystemTime now);

/// A path of the server and what answers there.
struct Route {
  std::string_view path;  // with a '/' at its end also for all below it
  Endpoint get;           // null: not allowed
  Endpoint post;          // null: not allowed
  bool cors;  // for scripts of other origins; RFC 9700 2.6: never the authorization endpoint
  Endpoint put = nullptr;
  Endpoint remove = nullptr;  // DELETE
};

/// Null for a path that is not an endpoint.
[[nodiscard]] const Route* find_route(std::string_view path);

}  // namespace waf
