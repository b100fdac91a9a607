// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/page_gate.hpp"

#include "waf/endpoints/login.hpp"

namespace waf {

PageGate open_page(EndpointContext& context, const common::HttpRequest& http,
                   const std::string& address, std::optional<seconds> max_age, SystemTime now) {
  PageGate out;
  out.live = find_live_session(context, http, now);
  if (out.live && max_age && now - out.live->session.auth_time > *max_age) out.live.reset();
  if (out.live) return out;
  AuthorizationRequest own;  // without a client: the login leads to a page of ours
  own.redirect_uri = address;
  out.answer = show_login(context, http, own, "", "", now);
  return out;
}

}  // namespace waf
