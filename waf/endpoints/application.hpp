// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// The whole server as a function of requests and time: routing, CORS and common headers around
/// the endpoints. Belongs to one thread; the shell hands it requests and does the work that waits.
class Application {
 public:
  explicit Application(EndpointContext& context) : context_(context) {}

  [[nodiscard]] Answer handle(const common::HttpRequest& request, SystemTime now);
  /// Goes on with a request whose work is done.
  [[nodiscard]] Answer resume(const common::HttpRequest& request, const Pending& pending,
                              WorkResult result, SystemTime now);

 private:
  Answer guarded(const common::HttpRequest& request, const std::function<Answer()>& work);
  Answer route(const common::HttpRequest& request, SystemTime now);
  void add_cors(const common::HttpRequest& request, common::HttpResponse& response) const;

  EndpointContext& context_;
};

}  // namespace waf
