// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "waf/admin/representation.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"

namespace waf::admin {
namespace {

using common::fail;
using common::HttpResponse;
using common::Result;
using nlohmann::json;

constexpr std::size_t id_octets = 12;

struct Wanted {
  std::string user_id;
  std::string client_id;
  std::vector<std::string> scopes;  // empty: all that the client may have
  std::string audience;             // empty: the client's default
  seconds lifetime{0};              // 0: the server's
};

Result<Wanted> read(const Call& call) {
  const auto object =
      read_object(call, {"user_id", "client_id", "scopes", "audience", "expires_in"});
  if (!object) return fail(object.error());
  Wanted out;
  try {
    object->at("user_id").get_to(out.user_id);
    object->at("client_id").get_to(out.client_id);
    out.scopes = object->value("scopes", out.scopes);
    out.audience = object->value("audience", out.audience);
    out.lifetime = seconds(object->value("expires_in", std::int64_t{0}));
  } catch (const json::exception&) {
    return fail(Errc::invalid_request, "expected user_id, client_id; scopes, audience, expires_in");
  }
  if (out.lifetime < seconds(0) || out.lifetime > longest_access_token) {
    return fail(Errc::invalid_request, "expires_in: at most 3600");
  }
  return out;
}

/// No token of this server's own scopes is had this way: it would be a way from one right to all.
bool is_own(const std::string& scope) { return scope.starts_with("waf."); }

Result<std::vector<std::string>> scopes_of(const Wanted& wanted, const Client& client) {
  std::vector<std::string> out = wanted.scopes.empty() ? client.scopes : wanted.scopes;
  if (wanted.scopes.empty()) std::erase_if(out, is_own);
  for (const std::string& scope : out) {
    if (is_own(scope) || !contains(client.scopes, scope)) {
      return fail(Errc::invalid_request, "scopes: the client may not have " + scope);
    }
  }
  return out;
}

HttpResponse refusal(const common::Error& error) {
  return problem(400, "invalid_request", error.detail);
}

}  // namespace

/// An access token without a login, for tests, load and support. It has a grant like any other, so
/// that introspection knows it and every kind of revocation ends it.
HttpResponse create_token(const Call& call) {
  const auto wanted = read(call);
  if (!wanted) return refusal(wanted.error());
  EndpointContext& context = call.context;
  const auto user = context.store.find_user(wanted->user_id);
  const auto client = context.store.find_client(wanted->client_id);
  if (!user || !user->enabled || !client || !client->enabled) {
    return problem(404, "not_found", "no such user or client, or it is disabled");
  }
  auto scopes = scopes_of(*wanted, *client);
  if (!scopes) return refusal(scopes.error());
  if (!wanted->audience.empty() &&
      !may_ask_for_audience(context.settings, *client, wanted->audience)) {
    return refusal({Errc::invalid_request, "audience: not one of the client's"});
  }
  Grant grant;
  grant.id = context.random.base64url(id_octets);
  grant.client_id = client->id;
  grant.user_id = user->id;
  grant.sid = "s-" + context.random.base64url(id_octets);
  grant.acr = "urn:acr:minted";  // nobody logged in
  grant.scopes = *scopes;
  grant.auth_time = call.now;
  auto claims = context.issuer.access_claims({*user, grant, *scopes}, call.now);
  if (wanted->lifetime.count() > 0) claims.expires_at = call.now + wanted->lifetime;
  if (!wanted->audience.empty()) {
    claims.audience = {wanted->audience};
  } else if (!client->resources.empty()) {
    claims.audience = {client->resources.front()};
  }
  grant.resources = claims.audience;
  grant.expires_at = claims.expires_at;
  context.store.put_grant(grant);
  return changed(201, {{"access_token", context.issuer.sign(claims)},
                       {"token_type", "Bearer"},
                       {"expires_in", (claims.expires_at - call.now) / seconds(1)},
                       {"scope", common::jose::join_scopes(claims.scopes)},
                       {"grant_id", grant.id}});
}

}  // namespace waf::admin
