// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/authorization_code.hpp"

#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/refresh_token.hpp"
#include "waf/tokens/pkce.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t grant_id_octets = 12;

Grant grant_of(const Code& code, const Settings& settings, SystemTime now) {
  Grant out;
  out.id = code.grant_id;
  out.client_id = code.client_id;
  out.user_id = code.user_id;
  out.sid = code.sid;
  out.acr = code.acr;
  out.amr = code.amr;
  out.scopes = code.scopes;
  out.resources = code.resources;
  out.auth_time = code.auth_time;
  out.expires_at = now + settings.refresh_absolute;
  return out;
}

/// Everything the code is bound to.
Result<void> check_binding(const Code& code, const TokenRequest& request) {
  const Client& client = request.client;
  const Parameters& parameters = request.parameters;
  if (code.client_id != client.id) return fail(Errc::invalid_grant, "code of another client");
  // OAuth 2.1 no longer sends redirect_uri here; when it comes it must be the same.
  if (parameters.has("redirect_uri") && parameters.get("redirect_uri") != code.redirect_uri) {
    return fail(Errc::invalid_grant, "redirect_uri differs");
  }
  if (!code.key_thumbprint.empty() && code.key_thumbprint != request.proof.key_thumbprint) {
    return fail(Errc::invalid_grant, "code of another key");  // dpop_jkt, RFC 9449 section 10
  }
  if (!code_verifier_matches(parameters.get("code_verifier"), code.challenge)) {
    return fail(Errc::invalid_grant, "code_verifier does not match");
  }
  return {};
}

TokenSet spend(GrantContext& context, const TokenRequest& request, const Code& code,
               const User& user, const std::string& audience, SystemTime now) {
  Grant grant = grant_of(code, context.settings, now);
  bind_refresh(request, grant);
  context.store.put_grant(grant);
  const TokenSubject subject{user, grant, permitted_scopes(user, code.scopes)};
  TokenSet out = issue_user_tokens(context, request, subject, audience, code.nonce, now);
  if (contains(code.scopes, "offline_access") && request.client.may_use_grant("refresh_token")) {
    out.refresh_token = first_refresh_token(context, grant, now);
  }
  return out;
}

}  // namespace

std::string issue_code(GrantContext& context, const AuthorizationRequest& request,
                       const Session& session, SystemTime now) {
  std::string secret = context.random.base64url(secret_octets);
  Code code;
  code.digest = digest_of(secret);
  code.grant_id = context.random.base64url(grant_id_octets);
  code.client_id = request.client_id;
  code.redirect_uri = request.redirect_uri;
  code.challenge = request.challenge;
  code.key_thumbprint = request.key_thumbprint;
  code.nonce = request.nonce;
  code.user_id = session.user_id;
  code.sid = session.sid;
  code.acr = session.acr;
  code.amr = session.amr;
  code.scopes = request.scopes;
  code.resources = request.resources;
  code.auth_time = session.auth_time;
  code.expires_at = now + context.settings.code_lifetime;
  context.store.put_code(code);
  return secret;
}

Result<TokenSet> redeem_code(GrantContext& context, const TokenRequest& request, SystemTime now) {
  const Parameters& parameters = request.parameters;
  if (!parameters.has("code")) return fail(Errc::invalid_request, "code is required");
  if (!parameters.has("code_verifier")) {
    return fail(Errc::invalid_grant, "code_verifier is required");
  }
  const auto code = context.store.find_code(digest_of(parameters.get("code")));
  if (!code) return fail(Errc::invalid_grant, "unknown code");
  if (auto bound = check_binding(*code, request); !bound) return fail(bound.error());
  if (code->used) {
    revoke_grant(context, code->grant_id, now);
    return fail(Errc::invalid_grant, "code used twice");
  }
  if (code->expires_at <= now) return fail(Errc::invalid_grant, "code has expired");
  const auto user = context.store.find_user(code->user_id);
  if (!user || !user->enabled) return fail(Errc::invalid_grant, "user is disabled");
  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  const auto audience = choose_audience(context.settings, request, code->resources, code->scopes);
  if (!audience) return fail(audience.error());
  TokenSet out;
  bool first = false;
  context.store.atomically([&] {
    first = context.store.consume_code(code->digest);
    if (first) out = spend(context, request, *code, *user, *audience, now);
  });
  if (!first) {
    revoke_grant(context, code->grant_id, now);
    return fail(Errc::invalid_grant, "code used twice");
  }
  return out;
}

}  // namespace waf
