// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/access_tokens.hpp"

#include <algorithm>

#include "waf/errc.hpp"
#include "waf/grants/pool.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

/// Scopes of this server's own resources: /events, /admin, /introspect.
bool is_own_scope(const std::string& scope) { return scope.starts_with("waf."); }

bool are_own_scopes(const std::vector<std::string>& scopes) {
  return !scopes.empty() && std::all_of(scopes.begin(), scopes.end(), is_own_scope);
}

}  // namespace

bool may_ask_for_audience(const Settings& settings, const Client& client,
                          std::string_view audience) {
  return client.resources.empty() ? audience == settings.audience
                                  : contains(client.resources, audience);
}

Result<std::string> choose_audience(const Settings& settings, const TokenRequest& request,
                                    const std::vector<std::string>& granted,
                                    const std::vector<std::string>& scopes) {
  const Client& client = request.client;
  const auto& wanted = request.parameters.all("resource");
  const bool own = are_own_scopes(scopes);
  if (!own && std::any_of(scopes.begin(), scopes.end(), is_own_scope)) {
    return fail(Errc::invalid_scope, "scopes of this server stand alone");
  }
  if (wanted.size() > 1) return fail(Errc::invalid_target, "one resource a token");
  if (wanted.empty()) {
    if (own) return settings.issuer;
    if (!granted.empty()) return granted.front();
    return client.resources.empty() ? settings.audience : client.resources.front();
  }
  const std::string& resource = wanted.front();
  if (own || resource == settings.issuer) {
    if (own && resource == settings.issuer) return resource;
    return fail(Errc::invalid_target, "scopes of another resource");
  }
  if (!may_ask_for_audience(settings, client, resource) ||
      (!granted.empty() && !contains(granted, resource))) {
    return fail(Errc::invalid_target, "not a resource of this client");
  }
  return resource;
}

Result<void> check_sender(const TokenRequest& request) {
  switch (request.client.sender_constraint) {
    case SenderConstraint::none:
      return {};
    case SenderConstraint::dpop:
      if (!request.proof.key_thumbprint.empty()) return {};
      return fail(Errc::invalid_dpop_proof, "this client's tokens are bound to a key");
    case SenderConstraint::mtls:
      if (!request.proof.certificate_thumbprint.empty()) return {};
      return fail(Errc::invalid_request, "this client's tokens are bound to a certificate");
  }
  return {};
}

void bind_refresh(const TokenRequest& request, Grant& grant) {
  if (!request.client.is_public()) return;
  grant.key_thumbprint = request.proof.key_thumbprint;
  if (request.client.sender_constraint == SenderConstraint::mtls) {
    grant.certificate_thumbprint = request.proof.certificate_thumbprint;
  }
}

Result<void> check_refresh_binding(const TokenRequest& request, const Grant& grant) {
  if (!grant.key_thumbprint.empty() && grant.key_thumbprint != request.proof.key_thumbprint) {
    return fail(Errc::invalid_grant, "refresh token of another key");
  }
  if (!grant.certificate_thumbprint.empty() &&
      grant.certificate_thumbprint != request.proof.certificate_thumbprint) {
    return fail(Errc::invalid_grant, "refresh token of another certificate");
  }
  return {};
}

IssuedToken issue_access_token(GrantContext& context, const TokenRequest& request,
                               common::jose::AccessToken claims, SystemTime now,
                               std::optional<SystemTime> not_after) {
  const Client& client = request.client;
  seconds lifetime = client.access_token_lifetime > seconds(0)
                         ? std::min(client.access_token_lifetime, longest_access_token)
                         : context.settings.access_token_lifetime;
  if (not_after) lifetime = std::min(lifetime, seconds(*not_after - now));
  claims.expires_at = now + lifetime;
  claims.certificate_thumbprint.reset();
  claims.key_thumbprint.reset();
  if (client.sender_constraint == SenderConstraint::mtls) {
    claims.certificate_thumbprint = request.proof.certificate_thumbprint;
  }
  if (!request.proof.key_thumbprint.empty()) claims.key_thumbprint = request.proof.key_thumbprint;
  if (client.token_format == TokenFormat::jwt) return {context.issuer.sign(claims), lifetime};
  std::string token = context.random.base64url(secret_octets);
  context.store.put_opaque_token({digest_of(token), to_json(claims), claims.expires_at});
  return {std::move(token), lifetime};
}

TokenSet issue_user_tokens(GrantContext& context, const TokenRequest& request,
                           const TokenSubject& subject, const std::string& audience,
                           const std::string& nonce, SystemTime now) {
  auto claims = context.issuer.access_claims(subject, now);
  claims.audience = {audience};
  if (!subject.grant.pool.empty()) mark_as_pool(context.settings, subject.grant, claims);
  TokenSet out;
  IssuedToken issued = issue_access_token(context, request, std::move(claims), now);
  out.access_token = std::move(issued.token);
  out.expires_in = issued.expires_in;
  out.scopes = subject.scopes;
  if (contains(subject.scopes, "openid")) {
    out.id_token =
        context.issuer.id_token(subject, nonce, out.access_token, now,
                                common::jose::algorithm_from(request.client.id_token_algorithm));
  }
  return out;
}

}  // namespace waf
