// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/token_set.hpp"

#include <algorithm>

namespace waf {

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

void revoke_grant(GrantContext& context, const std::string& grant_id, SystemTime now) {
  context.store.atomically([&] {
    context.store.revoke_grant(grant_id);
    context.store.put_revocation(
        {Revocation::Type::grant, grant_id, now, now + context.settings.access_token_lifetime});
  });
}

void revoke_session(GrantContext& context, const std::string& sid, SystemTime now,
                    const std::string& reason) {
  context.store.atomically([&] {
    context.store.revoke_grants_of_session(sid);
    context.store.put_revocation({Revocation::Type::session, sid, now,
                                  now + context.settings.access_token_lifetime, reason});
  });
}

void revoke_user(const Settings& settings, Store& store, const std::string& user_id, SystemTime now,
                 const std::string& reason) {
  store.atomically([&] {
    store.revoke_grants_of_user(user_id);
    store.remove_sessions_of_user(user_id);
    store.put_revocation(
        {Revocation::Type::user, user_id, now, now + settings.access_token_lifetime, reason});
  });
}

}  // namespace waf
