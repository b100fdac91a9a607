// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/known_browser.hpp"

#include "waf/endpoints/responses.hpp"

namespace waf {
namespace {

constexpr std::string_view purpose = "known-browser";
constexpr std::size_t name_octets = 16;

}  // namespace

std::string known_browser(const EndpointContext& context, const HttpRequest& http,
                          const std::string& user_name, SystemTime now) {
  const auto cookie = common::find_cookie(http.headers.get("Cookie"), known_browser_cookie);
  if (!cookie) return {};
  return context.sealer.open(purpose, user_name, *cookie, now).value_or("");
}

void remember_browser(EndpointContext& context, const HttpRequest& http,
                      const std::string& user_name, HttpResponse& response, SystemTime now) {
  std::string name = known_browser(context, http, user_name, now);
  if (name.empty()) name = "browser-" + context.random.base64url(name_octets);
  const seconds lifetime = context.settings.known_browser_lifetime;
  response.headers.add(
      "Set-Cookie",
      set_cookie(known_browser_cookie,
                 context.sealer.seal(purpose, user_name, name, now + lifetime), lifetime));
}

}  // namespace waf
