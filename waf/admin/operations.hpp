// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/random.hpp"
#include "common/result.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"

namespace waf::admin {

/// What both the command line and the admin API do to the store: the rules stand here once.

/// Adds a user under a new id. Errc::invalid_request for a name or identity that is taken or
/// malformed.
[[nodiscard]] common::Result<User> add_user(Store& store, common::RandomSource& random, User user);

/// What changes about a user; what is not set stays.
struct UserChange {
  std::optional<std::string> display_name;
  std::optional<std::vector<std::string>> impus;
  std::optional<std::string> password_hash;
  std::optional<bool> enabled;
};
/// A new password or the end of a login ends all sessions and tokens, too.
[[nodiscard]] common::Result<User> change_user(const Settings& settings, Store& store, User user,
                                               const UserChange& change, SystemTime now);

/// Ends everything of a client, then the client itself.
void remove_client(const Settings& settings, Store& store, const std::string& client_id,
                   SystemTime now);

enum class Target { user, session, client, grant, token };
[[nodiscard]] std::string_view name_of(Target target);
[[nodiscard]] std::optional<Target> target_from(std::string_view name);

/// Ends what `id` names (sub, sid, client_id, grant id or jti) and everything that came from it.
/// Errc::invalid_request for a user or client that is not there; the others may have been forgotten
/// while tokens of them live.
[[nodiscard]] common::Result<void> revoke(const Settings& settings, Store& store, Target target,
                                          const std::string& id, SystemTime now);

}  // namespace waf::admin
