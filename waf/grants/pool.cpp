// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/pool.hpp"

#include <algorithm>

#include "common/jose/json.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/client_credentials.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t grant_id_octets = 12;
constexpr std::string_view acr = "urn:acr:pool";  // nobody logged in here

const PoolSettings* find_pool(const Settings& settings, std::string_view name) {
  const auto found = std::find_if(settings.pools.begin(), settings.pools.end(),
                                  [name](const PoolSettings& one) { return one.name == name; });
  return found == settings.pools.end() ? nullptr : &*found;
}

/// The pool that the request names, or the client's only one.
Result<const PoolSettings*> choose_pool(const Settings& settings, const TokenRequest& request) {
  const std::string& named = request.parameters.get("pool");
  const PoolSettings* out = nullptr;
  for (const PoolSettings& pool : settings.pools) {
    if (!contains(pool.clients, request.client.id)) continue;
    if (!named.empty() && pool.name != named) continue;
    if (out != nullptr) return fail(Errc::invalid_request, "pool is required: there are several");
    out = &pool;
  }
  if (out == nullptr) return fail(Errc::unauthorized_client, "no such pool of this client");
  return out;
}

User user_of(const PoolIdentity& identity) {
  User out;
  out.id = identity.impi;  // TOK-09: the subject is the IMPI
  out.name = identity.impi;
  out.display_name = identity.impi;
  out.impi = identity.impi;
  out.impus = identity.impus;
  return out;
}

Grant new_grant(GrantContext& context, const TokenRequest& request, const PoolSettings& pool,
                std::vector<std::string> scopes, SystemTime now) {
  Grant out;
  out.id = context.random.base64url(grant_id_octets);
  out.client_id = request.client.id;
  out.sid = "p-" + out.id;
  out.acr = acr;
  out.scopes = std::move(scopes);
  out.resources = request.parameters.all("resource");
  out.auth_time = now;
  out.expires_at = now + pool.lease;
  out.pool = pool.name;
  return out;
}

std::string members_of(const PoolIdentity& identity, const Grant& grant, SystemTime now) {
  std::string out = R"({"impi":)";
  common::jose::append_json_string(out, identity.impi);
  out += R"(,"impus":[)";
  for (const auto& impu : identity.impus) {
    if (out.back() != '[') out += ',';
    common::jose::append_json_string(out, impu);
  }
  out += R"(],"lease":)";
  common::jose::append_json_string(out, grant.sid);
  out += R"(,"lease_expires_in":)" + std::to_string((grant.expires_at - now).count()) + "}";
  return out;
}

}  // namespace

PoolIdentity PoolSettings::identity(std::int64_t number) const {
  if (!list.empty()) return list.at(static_cast<std::size_t>(number - first));
  const auto filled = [number](std::string text) {
    for (std::size_t at = text.find("{n}"); at != std::string::npos; at = text.find("{n}", at)) {
      text.replace(at, 3, std::to_string(number));
    }
    return text;
  };
  PoolIdentity out;
  out.impi = filled(pattern.impi);
  for (const auto& impu : pattern.impus) out.impus.push_back(filled(impu));
  return out;
}

Result<TokenSet> allocate_identity(GrantContext& context, const TokenRequest& request,
                                   SystemTime now) {
  if (request.client.is_public()) return fail(Errc::unauthorized_client, "a public client");
  auto pool = choose_pool(context.settings, request);
  if (!pool) return fail(pool.error());
  auto scopes = client_scopes(request);
  if (!scopes) return fail(scopes.error());
  std::erase(*scopes, "openid");  // nobody logged in, so there is nobody to vouch for
  if (auto sender = check_sender(request); !sender) return fail(sender.error());
  auto audience = choose_audience(context.settings, request, {}, *scopes);
  if (!audience) return fail(audience.error());

  Grant grant = new_grant(context, request, **pool, std::move(*scopes), now);
  const SystemTime end = now + std::min((*pool)->idle, (*pool)->lease);
  const PoolLease lease{(*pool)->name, 0, grant.id, now, end, end + (*pool)->quarantine};
  const auto number = context.store.lease_pool_identity(lease, (*pool)->first, (*pool)->last, now);
  if (!number) return fail(Errc::pool_exhausted, "every identity of the pool is in use");
  const PoolIdentity identity = (*pool)->identity(*number);
  const User user = user_of(identity);
  grant.user_id = user.id;
  context.store.put_grant(grant);

  const TokenSubject subject{user, grant, grant.scopes, request.proof};
  TokenSet out = issue_user_tokens(context, request, subject, *audience, {}, now);
  out.refresh_token = context.random.base64url(secret_octets);
  context.store.put_refresh_token({digest_of(out.refresh_token), grant.id, end, {}, {}});
  out.members = members_of(identity, grant, now);
  return out;
}

std::optional<User> subject_of(GrantContext& context, const Grant& grant, SystemTime now) {
  if (grant.pool.empty()) {
    auto user = context.store.find_user(grant.user_id);
    return user && user->enabled ? std::move(user) : std::nullopt;
  }
  const PoolSettings* pool = find_pool(context.settings, grant.pool);
  const auto lease = context.store.find_pool_lease(grant.id);
  if (pool == nullptr || !lease || lease->expires_at <= now || lease->number < pool->first ||
      lease->number > pool->last) {
    return std::nullopt;
  }
  User out = user_of(pool->identity(lease->number));
  // The configuration may name somebody else under that number by now.
  return out.id == grant.user_id ? std::optional(std::move(out)) : std::nullopt;
}

void extend_lease(GrantContext& context, const Grant& grant, SystemTime until) {
  const PoolSettings* pool = find_pool(context.settings, grant.pool);
  if (pool != nullptr) {
    context.store.extend_pool_lease(grant.id, until, until + pool->quarantine);
  }
}

seconds idle_life(const Settings& settings, const Grant& grant) {
  const PoolSettings* pool = find_pool(settings, grant.pool);
  return pool != nullptr ? pool->idle : settings.refresh_idle;
}

void mark_as_pool(const Settings& settings, const Grant& grant, common::jose::AccessToken& claims) {
  claims.ims.mode = "pool";
  const PoolSettings* pool = find_pool(settings, grant.pool);
  if (pool != nullptr) claims.ims.wwsf = pool->wwsf_identity;
}

}  // namespace waf
