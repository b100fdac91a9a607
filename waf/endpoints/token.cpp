// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/token.hpp"

#include "common/jose/access_token.hpp"
#include "common/jose/json.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/grants/grant_types.hpp"
#include "waf/grants/refresh_token.hpp"

namespace waf {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view value) {
  common::jose::append_json_string(out, name);
  out += ':';
  common::jose::append_json_string(out, value);
  out += ',';
}

HttpResponse token_response(const TokenSet& tokens) {
  std::string body = "{";
  body.reserve(1536);
  append_member(body, "access_token", tokens.access_token);
  append_member(body, "token_type", tokens.token_type);
  if (!tokens.refresh_token.empty()) append_member(body, "refresh_token", tokens.refresh_token);
  if (!tokens.id_token.empty()) append_member(body, "id_token", tokens.id_token);
  append_member(body, "scope", common::jose::join_scopes(tokens.scopes));
  body += R"("expires_in":)" + std::to_string(tokens.expires_in.count());
  if (tokens.members.size() > 2) {
    body += ',';
    body.append(tokens.members, 1, tokens.members.size() - 2);
  }
  body += '}';
  HttpResponse out = json_response(200, std::move(body));
  out.headers.add("Pragma", "no-cache");
  return out;
}

common::Result<TokenSet> redeem(EndpointContext& context, const TokenRequest& request,
                                SystemTime now) {
  const std::string& grant = request.parameters.get("grant_type");
  if (grant.empty()) return common::fail(Errc::invalid_request, "grant_type is required");
  const GrantType* type = find_grant_type(grant);
  if (type == nullptr) return common::fail(Errc::unsupported_grant_type);
  if (!request.client.may_use_grant(grant)) {
    return common::fail(Errc::unauthorized_client, "not a grant type of this client");
  }
  if (!type->writes && request.client.token_format == TokenFormat::jwt) {
    return type->redeem(context.grants, request, now);
  }
  common::Result<TokenSet> tokens;
  // One transaction, so that nobody is disabled or revoked between the checks and the tokens.
  context.store.atomically([&] { tokens = type->redeem(context.grants, request, now); });
  return tokens;
}

Answer redeem_request(EndpointContext& context, const HttpRequest& http, TokenRequest request,
                      SystemTime now) {
  if (auto refused = take_dpop_key(context, http, "token", request, now)) {
    return std::move(*refused);
  }
  auto tokens = redeem(context, request, now);
  if (!tokens) {
    if (tokens.error() == Errc::pool_exhausted) {
      context.metrics.pool_exhausted(request.client.id);
    }
    return refuse_client_request(context, http, "token", tokens.error());
  }
  context.metrics.granted(request.parameters.get("grant_type"));
  if (!request.proof.key_thumbprint.empty()) tokens->token_type = "DPoP";
  HttpResponse out = token_response(*tokens);
  add_dpop_nonce(context, http, out, now);
  return out;
}

Answer revoke(EndpointContext& context, const HttpRequest& http, TokenRequest request,
              SystemTime now) {
  if (!request.parameters.has("token")) {
    return refuse_client_request(context, http, "revoke",
                                 {Errc::invalid_request, "token is required"});
  }
  revoke_token(context.grants, request.client, request.parameters.get("token"), now);
  return json_response(200, "{}");
}

}  // namespace

Answer handle_token(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return with_client(context, http, now, "token", redeem_request);
}

Answer handle_revoke(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return with_client(context, http, now, "revoke", revoke);
}

}  // namespace waf
