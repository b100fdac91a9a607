// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/client_credentials.hpp"

#include <algorithm>

#include "common/jose/access_token.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"

namespace waf {

using common::fail;
using common::Result;

namespace {

constexpr std::size_t token_id_octets = 16;

}  // namespace

bool is_user_scope(std::string_view scope) {
  return scope == "openid" || scope == "offline_access" || scope == "profile" || scope == "email" ||
         scope == "webrtc-ims-client-access-to-ims" || scope.starts_with("sip.");
}

Result<std::vector<std::string>> client_scopes(const TokenRequest& request) {
  auto wanted = common::jose::split_scopes(request.parameters.get("scope"));
  if (wanted.empty()) return request.client.default_scopes;
  for (const auto& scope : wanted) {
    if (!request.client.may_ask_for(scope)) {
      return fail(Errc::invalid_scope, "this client may not ask for one of the scopes");
    }
  }
  return wanted;
}

Result<TokenSet> grant_client_credentials(GrantContext& context, const TokenRequest& request,
                                          SystemTime now) {
  const Client& client = request.client;
  if (client.is_public()) return fail(Errc::unauthorized_client, "a public client proves nothing");
  auto scopes = client_scopes(request);
  if (!scopes) return fail(scopes.error());
  if (request.parameters.has("scope")) {
    if (std::any_of(scopes->begin(), scopes->end(), is_user_scope)) {
      return fail(Errc::invalid_scope, "a scope that needs a user");
    }
  } else {
    std::erase_if(*scopes, is_user_scope);
  }
  if (scopes->empty()) return fail(Errc::invalid_scope, "no scope");
  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  auto audience = choose_audience(context.settings, request, {}, *scopes);
  if (!audience) return fail(audience.error());

  common::jose::AccessToken claims;
  claims.issuer = context.settings.issuer;
  claims.audience.push_back(std::move(*audience));
  claims.subject = client.id;
  claims.client_id = client.id;
  claims.issued_at = now;
  claims.id = context.random.base64url(token_id_octets);
  claims.scopes = *scopes;
  IssuedToken issued = issue_access_token(context, request, std::move(claims), now);
  TokenSet out;
  out.access_token = std::move(issued.token);
  out.expires_in = issued.expires_in;
  out.scopes = std::move(*scopes);
  return out;
}

}  // namespace waf
