// SPDX-License-Identifier: Apache-2.0
#include "waf/io/accounts.hpp"

#include "common/log.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/io/password_hasher.hpp"

namespace waf::io {
namespace {

constexpr std::size_t user_id_octets = 8;

/// The hash to store for a declared user, and whether it means another password than before.
std::string declared_hash(const DeclaredUser& declared, const std::optional<User>& known,
                          const PasswordCost& cost, common::RandomSource& random) {
  if (declared.password.empty()) return declared.user.password_hash;
  if (known && password_matches(declared.password, known->password_hash)) {
    return known->password_hash;
  }
  return hash_password(declared.password, cost, random);
}

}  // namespace

void put_account(Store& store, User user, common::RandomSource& random) {
  const auto known = store.find_user_by_name(user.name);
  user.id = known ? known->id : "u-" + random.hex(user_id_octets);
  store.put_user(user);
}

void declare_accounts(const ProgramConfig& config, Store& store, common::RandomSource& random,
                      SystemTime now) {
  for (const Client& client : config.clients) store.put_client(client);
  for (const DeclaredUser& declared : config.users) {
    if (!declared.password.empty()) {
      common::log::warn(
          "user {}: the configuration file holds the password; for demonstrations only",
          declared.user.name);
    }
    const auto known = store.find_user_by_name(declared.user.name);
    User user = declared.user;
    if (known && known->password_own) {
      // The user has chosen another one since; the operator sets it anew by the command line.
      user.password_hash = known->password_hash;
      user.password_own = true;
    } else {
      user.password_hash = declared_hash(declared, known, config.settings.password_cost, random);
    }
    const bool changed = known && (known->password_hash != user.password_hash || !user.enabled);
    put_account(store, std::move(user), random);
    if (changed) revoke_user(config.settings, store, known->id, now);
  }
}

}  // namespace waf::io
