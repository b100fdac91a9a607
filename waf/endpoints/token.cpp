// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/token.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "common/log.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/grants/grant_types.hpp"
#include "waf/grants/refresh_token.hpp"

namespace waf {
namespace {

HttpResponse token_response(const TokenSet& tokens) {
  nlohmann::json body = {{"access_token", tokens.access_token},
                         {"token_type", tokens.token_type},
                         {"expires_in", tokens.expires_in.count()},
                         {"scope", common::jose::join_scopes(tokens.scopes)}};
  if (!tokens.refresh_token.empty()) body["refresh_token"] = tokens.refresh_token;
  if (!tokens.id_token.empty()) body["id_token"] = tokens.id_token;
  if (!tokens.members.empty()) body.update(nlohmann::json::parse(tokens.members));
  HttpResponse out = json_response(200, body.dump());
  out.headers.add("Pragma", "no-cache");
  return out;
}

HttpResponse refuse(EndpointContext& context, const HttpRequest& http, const std::string& endpoint,
                    const common::Error& error) {
  context.metrics.refused(endpoint, error.code.message());
  common::log::info("{} refused from {}: {}", endpoint, http.peer.address.to_string(),
                    error.message());
  HttpResponse out = oauth_error(error);
  if (error == Errc::invalid_client && http.headers.has("Authorization")) {
    out.headers.add("WWW-Authenticate", "Basic realm=\"" + context.settings.issuer + "\"");
  }
  return out;
}

common::Result<TokenSet> redeem(EndpointContext& context, const TokenRequest& request,
                                SystemTime now) {
  const std::string& grant = request.parameters.get("grant_type");
  if (grant.empty()) return common::fail(Errc::invalid_request, "grant_type is required");
  if (request.parameters.has("resource") &&
      request.parameters.get("resource") != context.settings.audience) {
    return common::fail(Errc::invalid_target);
  }
  const GrantType* type = find_grant_type(grant);
  if (type == nullptr) return common::fail(Errc::unsupported_grant_type);
  return type->redeem(context.grants, request, now);
}

}  // namespace

common::Result<TokenRequest> read_token_request(EndpointContext& context, const HttpRequest& http) {
  if (!is_form(http)) {
    return common::fail(Errc::invalid_request,
                        "expected a body of type application/x-www-form-urlencoded");
  }
  const auto fields = common::parse_form(http.body);
  if (!fields) return common::fail(Errc::invalid_request, "malformed form");
  TokenRequest out;
  out.parameters = Parameters(*fields);
  if (out.parameters.has_repeated()) {
    return common::fail(Errc::invalid_request, "a parameter is repeated");
  }
  if (http.headers.has("Authorization") || out.parameters.has("client_secret") ||
      out.parameters.has("client_assertion")) {
    return common::fail(Errc::invalid_client, "our clients are public: send client_id only");
  }
  auto client = context.store.find_client(out.parameters.get("client_id"));
  if (!client || !client->enabled) return common::fail(Errc::invalid_client, "unknown client_id");
  out.client = std::move(*client);
  out.peer = http.peer;
  return out;
}

HttpResponse handle_token(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.token_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("token");
    return too_many_requests(context.token_per_address.retry_after(), false);
  }
  auto request = read_token_request(context, http);
  if (!request) return refuse(context, http, "token", request.error());
  if (!context.token_per_client.allow(request->client.id, now)) {
    context.metrics.limited("token");
    return too_many_requests(context.token_per_client.retry_after(), false);
  }
  auto key = read_dpop_key(context, http, "", now);
  if (!key) {
    HttpResponse out = refuse(context, http, "token", key.error());
    add_dpop_nonce(context, http, out, now);
    return out;
  }
  request->proof.key_thumbprint = std::move(*key);
  common::Result<TokenSet> tokens;
  // One transaction, so that nobody is disabled or revoked between the checks and the tokens.
  context.store.atomically([&] { tokens = redeem(context, *request, now); });
  if (!tokens) return refuse(context, http, "token", tokens.error());
  context.metrics.granted(request->parameters.get("grant_type"));
  if (!request->proof.key_thumbprint.empty()) tokens->token_type = "DPoP";
  HttpResponse out = token_response(*tokens);
  add_dpop_nonce(context, http, out, now);
  return out;
}

HttpResponse handle_revoke(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (!context.token_per_address.allow(rate_key(http.peer.address), now)) {
    context.metrics.limited("revoke");
    return too_many_requests(context.token_per_address.retry_after(), false);
  }
  const auto request = read_token_request(context, http);
  if (!request) return refuse(context, http, "revoke", request.error());
  if (!request->parameters.has("token")) {
    return refuse(context, http, "revoke", {Errc::invalid_request, "token is required"});
  }
  revoke_token(context.grants, request->client, request->parameters.get("token"),
               context.keys.published(), now);
  return json_response(200, "{}");
}

}  // namespace waf
