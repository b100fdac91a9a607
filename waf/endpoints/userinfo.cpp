// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/userinfo.hpp"

#include <nlohmann/json.hpp>

#include "waf/endpoints/bearer.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

common::Result<User> user_of(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto token = read_bearer(context, http, now);
  if (!token) return common::fail(token.error());
  if (!token->has_scope("openid")) return common::fail(Errc::insufficient_scope);
  auto user = context.store.find_user(token->subject);
  if (!user) return common::fail(Errc::invalid_token, "no user");
  return std::move(*user);
}

}  // namespace

HttpResponse handle_userinfo(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto user = user_of(context, http, now);
  if (!user) {
    context.metrics.refused("userinfo", user.error().code.message());
    return bearer_challenge(context, user.error(), "openid");
  }
  nlohmann::json claims = {
      {"sub", user->id}, {"preferred_username", user->name}, {"name", user->display_name}};
  if (!user->impus.empty()) claims["sip_uri"] = user->impus.front();
  return json_response(200, claims.dump());
}

}  // namespace waf
