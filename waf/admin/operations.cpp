// SPDX-License-Identifier: Apache-2.0
#include "waf/admin/operations.hpp"

#include <algorithm>
#include <array>

#include "waf/errc.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/tokens/password_hash.hpp"

namespace waf::admin {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t user_id_octets = 12;
constexpr std::array<std::string_view, 5> targets = {"user", "session", "client", "grant", "token"};

bool is_lower(std::string_view name) {
  return !name.empty() && name.size() <= 255 && std::none_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
  });
}

Result<void> check(const User& user) {
  if (!is_lower(user.name)) return fail(Errc::invalid_request, "name: expected lower-case text");
  if (user.impi.empty()) return fail(Errc::invalid_request, "impi: expected an identity");
  const bool identities =
      !user.impus.empty() && std::none_of(user.impus.begin(), user.impus.end(),
                                          [](const std::string& impu) { return impu.empty(); });
  if (!identities)
    return fail(Errc::invalid_request, "impus: expected at least one SIP or tel URI");
  if (!user.password_hash.empty() && !PasswordHash::parse(user.password_hash)) {
    return fail(Errc::invalid_request, "password_hash: expected a PHC string, $argon2id$v=19$…");
  }
  return {};
}

}  // namespace

Result<User> add_user(Store& store, common::RandomSource& random, User user) {
  if (user.display_name.empty()) user.display_name = user.name;
  if (auto sound = check(user); !sound) return fail(sound.error());
  user.id = "u-" + random.base64url(user_id_octets);
  bool taken = false;
  store.atomically([&] {
    taken = store.find_user_by_name(user.name).has_value();
    if (!taken) store.put_user(user);
  });
  if (taken) return fail(Errc::invalid_request, "user exists already: " + user.name);
  return user;
}

Result<User> change_user(const Settings& settings, Store& store, User user,
                         const UserChange& change, SystemTime now) {
  const bool ends = (change.enabled && !*change.enabled) || change.password_hash;
  if (change.display_name) user.display_name = *change.display_name;
  if (change.impus) user.impus = *change.impus;
  if (change.password_hash) user.password_hash = *change.password_hash;
  if (change.enabled) user.enabled = *change.enabled;
  if (auto sound = check(user); !sound) return fail(sound.error());
  store.atomically([&] {
    store.put_user(user);
    if (ends) revoke_user(settings, store, user.id, now);
  });
  return user;
}

void remove_client(const Settings& settings, Store& store, const std::string& client_id,
                   SystemTime now) {
  store.atomically([&] {
    revoke_client(settings, store, client_id, now);
    store.remove_client(client_id);
  });
}

std::string_view name_of(Target target) { return targets.at(static_cast<std::size_t>(target)); }

std::optional<Target> target_from(std::string_view name) {
  const auto* found = std::find(targets.begin(), targets.end(), name);
  if (found == targets.end()) return std::nullopt;
  return static_cast<Target>(found - targets.begin());
}

Result<void> revoke(const Settings& settings, Store& store, Target target, const std::string& id,
                    SystemTime now) {
  switch (target) {
    case Target::user:
      if (!store.find_user(id)) return fail(Errc::invalid_request, "no such user");
      revoke_user(settings, store, id, now);
      break;
    case Target::session:
      revoke_session(settings, store, id, now);
      break;
    case Target::client:
      if (!store.find_client(id)) return fail(Errc::invalid_request, "no such client");
      revoke_client(settings, store, id, now);
      break;
    case Target::grant:
      revoke_grant(settings, store, id, now);
      break;
    case Target::token:
      store.put_revocation({Revocation::Type::token, id, now, now + longest_access_token});
      break;
  }
  return {};
}

}  // namespace waf::admin
