// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/refresh_token.hpp"

#include <algorithm>

#include "common/jose/access_token.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/pool.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

/// The successor follows from the token and the deployment's secret, so that a repeated request
/// can be given the same one although only digests are stored.
std::string successor_of(const GrantContext& context, std::string_view token) {
  return keyed_digest(context.secret, "refresh-successor", token);
}

RefreshToken record_of(const GrantContext& context, std::string_view token, const Grant& grant,
                       SystemTime now) {
  RefreshToken out;
  out.digest = digest_of(token);
  out.grant_id = grant.id;
  out.expires_at = std::min(now + idle_life(context.settings, grant), grant.expires_at);
  return out;
}

/// Scope never widens; a narrower one holds for the access token only (RFC 6749 section 6).
Result<std::vector<std::string>> narrowed(const std::string& wanted,
                                          const std::vector<std::string>& granted) {
  auto scopes = common::jose::split_scopes(wanted);
  if (scopes.empty()) return granted;
  const bool inside = std::all_of(scopes.begin(), scopes.end(),
                                  [&](const std::string& one) { return contains(granted, one); });
  if (!inside) return fail(Errc::invalid_scope, "more than was granted");
  return scopes;
}

/// True while a rotated token may be presented again.
bool within_leeway(GrantContext& context, const RefreshToken& token, SystemTime now) {
  if (now > *token.rotated_at + context.settings.refresh_leeway) return false;
  const auto successor = context.store.find_refresh_token(token.successor);
  return successor && !successor->rotated_at;
}

Result<void> rotate(GrantContext& context, const RefreshToken& token, const Grant& grant,
                    std::string_view successor, SystemTime now) {
  if (token.rotated_at) {
    if (within_leeway(context, token, now)) return {};
  } else if (token.expires_at <= now) {
    return fail(Errc::invalid_grant, "refresh token has expired");
  } else {
    const RefreshToken next = record_of(context, successor, grant, now);
    if (context.store.rotate_refresh_token(token.digest, next, now)) {
      if (!grant.pool.empty()) extend_lease(context, grant, next.expires_at);
      return {};
    }
  }
  revoke_grant(context, grant.id, now);
  return fail(Errc::invalid_grant, "refresh token used twice");
}

/// A resource server may report a token that was meant for it and leaked on the way (token-auth
/// 1.3: one that came in the clear).
bool serves_any(const Client& client, const std::vector<std::string>& audience) {
  return !client.is_public() &&
         std::any_of(audience.begin(), audience.end(),
                     [&client](const std::string& one) { return contains(client.serves, one); });
}

}  // namespace

std::string first_refresh_token(GrantContext& context, const Grant& grant, SystemTime now) {
  std::string token = context.random.base64url(secret_octets);
  context.store.put_refresh_token(record_of(context, token, grant, now));
  return token;
}

Result<TokenSet> redeem_refresh_token(GrantContext& context, const TokenRequest& request,
                                      SystemTime now) {
  const Client& client = request.client;
  const Parameters& parameters = request.parameters;
  const std::string& presented = parameters.get("refresh_token");
  if (presented.empty()) return fail(Errc::invalid_request, "refresh_token is required");
  const auto token = context.store.find_refresh_token(digest_of(presented));
  if (!token) return fail(Errc::invalid_grant, "unknown refresh token");
  const auto grant = context.store.find_grant(token->grant_id);
  if (!grant || grant->revoked) return fail(Errc::invalid_grant, "grant was revoked");
  if (grant->client_id != client.id) return fail(Errc::invalid_grant, "token of another client");
  if (grant->expires_at <= now) return fail(Errc::invalid_grant, "grant has expired");
  if (auto bound = check_refresh_binding(request, *grant); !bound) return fail(bound.error());
  const auto user = subject_of(context, *grant, now);
  if (!user) return fail(Errc::invalid_grant, "user is disabled");
  auto scopes = narrowed(parameters.get("scope"), grant->scopes);
  if (!scopes) return fail(scopes.error());
  scopes = permitted_scopes(*user, *scopes);

  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  const auto audience = choose_audience(context.settings, request, grant->resources, *scopes);
  if (!audience) return fail(audience.error());

  std::string successor = successor_of(context, presented);
  if (auto done = rotate(context, *token, *grant, successor, now); !done) {
    return fail(done.error());
  }
  // OpenID Connect Core 12.2: no nonce in an ID token that a refresh gave.
  TokenSet out = issue_user_tokens(context, request, {*user, *grant, *scopes}, *audience, {}, now);
  out.refresh_token = std::move(successor);
  return out;
}

void revoke_token(GrantContext& context, const Client& client, const std::string& token,
                  SystemTime now) {
  if (const auto refresh = context.store.find_refresh_token(digest_of(token))) {
    const auto grant = context.store.find_grant(refresh->grant_id);
    if (grant && grant->client_id == client.id) revoke_grant(context, grant->id, now);
    return;
  }
  const auto access = context.reader.read_claims(token);
  if (!access || access->expires_at <= now) return;
  if (access->client_id != client.id && !serves_any(client, access->audience)) return;
  context.store.put_revocation({Revocation::Type::token, access->id, now, access->expires_at});
}

}  // namespace waf
