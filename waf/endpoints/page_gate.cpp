// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/page_gate.hpp"

#include "waf/accounts/login_flow.hpp"

namespace waf {

PageGate open_page(EndpointContext& context, const common::HttpRequest& http,
                   const std::string& address, std::optional<seconds> max_age, SystemTime now) {
  Continuation here;
  here.page = address;
  LoginGate gate = require_login(context, http, here, max_age, now);
  return {std::move(gate.live), std::move(gate.answer)};
}

}  // namespace waf
