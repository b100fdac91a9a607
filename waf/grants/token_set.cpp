// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/token_set.hpp"

#include <algorithm>

namespace waf {
namespace {

/// A revoked grant gives back the identity it may have had from a pool.
void release_leases(const Settings& settings, Store& store, SystemTime now) {
  if (!settings.pools.empty()) store.release_pool_leases(now);
}

}  // namespace

bool contains(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

std::vector<std::string> permitted_scopes(const User& user,
                                          const std::vector<std::string>& wanted) {
  static const std::vector<std::string> own = {"openid", "profile", "email",
                                               "phone",  "address", "offline_access"};
  if (!user.scopes) return wanted;
  std::vector<std::string> out;
  for (const auto& scope : wanted) {
    if (contains(own, scope) || contains(*user.scopes, scope)) out.push_back(scope);
  }
  return out;
}

void revoke_grant(const Settings& settings, Store& store, const std::string& grant_id,
                  SystemTime now) {
  store.atomically([&] {
    store.revoke_grant(grant_id);
    store.put_revocation({Revocation::Type::grant, grant_id, now, now + longest_access_token});
    release_leases(settings, store, now);
  });
}

void revoke_grant(GrantContext& context, const std::string& grant_id, SystemTime now) {
  revoke_grant(context.settings, context.store, grant_id, now);
}

void revoke_client(const Settings& settings, Store& store, const std::string& client_id,
                   SystemTime now) {
  store.atomically([&] {
    for (const std::string& id : store.revoke_grants_of_client(client_id)) {
      store.put_revocation({Revocation::Type::grant, id, now, now + longest_access_token});
    }
    release_leases(settings, store, now);
  });
}

void revoke_session(const Settings& settings, Store& store, const std::string& sid, SystemTime now,
                    const std::string& reason) {
  store.atomically([&] {
    store.revoke_grants_of_session(sid);
    store.put_revocation({Revocation::Type::session, sid, now, now + longest_access_token, reason});
    release_leases(settings, store, now);
  });
}

void revoke_session(GrantContext& context, const std::string& sid, SystemTime now,
                    const std::string& reason) {
  revoke_session(context.settings, context.store, sid, now, reason);
}

void revoke_user(const Settings& settings, Store& store, const std::string& user_id, SystemTime now,
                 const std::string& reason) {
  store.atomically([&] {
    store.revoke_grants_of_user(user_id);
    store.remove_sessions_of_user(user_id);
    store.put_revocation(
        {Revocation::Type::user, user_id, now, now + longest_access_token, reason});
    release_leases(settings, store, now);
  });
}

}  // namespace waf
