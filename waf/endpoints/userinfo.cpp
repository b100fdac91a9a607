// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/userinfo.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

/// The credentials of "Bearer <token>"; empty when there are none or another scheme.
std::string_view bearer_token(const HttpRequest& http) {
  std::string_view value = http.headers.get("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (http.headers.count("Authorization") != 1 || value.size() <= scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = value[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme[i]) return {};
  }
  return value.substr(scheme.size());
}

bool is_revoked(Store& store, const common::jose::AccessToken& token) {
  if (store.revoked_at(Revocation::Type::token, token.id)) return true;
  if (store.revoked_at(Revocation::Type::grant, grant_of_token_id(token.id))) return true;
  if (store.revoked_at(Revocation::Type::session, token.session)) return true;
  const auto user = store.revoked_at(Revocation::Type::user, token.subject);
  return user && token.issued_at <= *user;
}

common::Result<User> user_of(EndpointContext& context, std::string_view text, SystemTime now) {
  const auto token = common::jose::verify_access_token(text, context.keys.published());
  if (!token) return common::fail(Errc::invalid_token, token.error().message());
  if (token->issuer != context.settings.issuer ||
      !contains(token->audience, context.settings.audience)) {
    return common::fail(Errc::invalid_token, "issuer or audience");
  }
  if (token->expires_at <= now) return common::fail(Errc::invalid_token, "expired");
  if (is_revoked(context.store, *token)) return common::fail(Errc::invalid_token, "revoked");
  auto user = context.store.find_user(token->subject);
  if (!user || !user->enabled) return common::fail(Errc::invalid_token, "user is disabled");
  if (!token->has_scope("openid")) return common::fail(Errc::insufficient_scope);
  return std::move(*user);
}

HttpResponse challenge(const EndpointContext& context, unsigned status, std::string_view error) {
  HttpResponse out = json_response(status, "{}");
  std::string value = "Bearer realm=\"" + context.settings.issuer + "\"";
  if (!error.empty()) value += ", error=\"" + std::string(error) + "\"";
  if (status == 403) value += ", scope=\"openid\"";
  out.headers.add("WWW-Authenticate", std::move(value));
  return out;
}

}  // namespace

HttpResponse handle_userinfo(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const std::string_view token = bearer_token(http);
  if (token.empty()) return challenge(context, 401, "");
  const auto user = user_of(context, token, now);
  if (!user) {
    const std::string error = user.error().code.message();
    context.metrics.refused("userinfo", error);
    return challenge(context, user.error() == Errc::insufficient_scope ? 403 : 401, error);
  }
  nlohmann::json claims = {
      {"sub", user->id}, {"preferred_username", user->name}, {"name", user->display_name}};
  if (!user->impus.empty()) claims["sip_uri"] = user->impus.front();
  return json_response(200, claims.dump());
}

}  // namespace waf
