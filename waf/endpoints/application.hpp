// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/endpoints/login.hpp"

namespace waf {

/// The whole server as a function of requests and time: routing, CORS and common headers around
/// the endpoints. Belongs to one thread; the shell hands it requests and checks passwords for it.
class Application {
 public:
  explicit Application(EndpointContext& context) : context_(context) {}

  [[nodiscard]] Answer handle(const common::HttpRequest& request, SystemTime now);
  [[nodiscard]] common::HttpResponse finish(const PasswordTask& task,
                                            const PasswordVerdict& verdict, SystemTime now);

 private:
  Answer route(const common::HttpRequest& request, SystemTime now);
  void add_cors(const common::HttpRequest& request, common::HttpResponse& response) const;

  EndpointContext& context_;
};

}  // namespace waf
