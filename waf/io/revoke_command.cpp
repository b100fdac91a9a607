// SPDX-License-Identifier: Apache-2.0
#include "waf/io/revoke_command.hpp"

#include <memory>
#include <stdexcept>

#include "waf/admin/operations.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/workplace.hpp"

namespace waf::io {
namespace {

void revoke(const std::string& config, const std::string& type, std::string id) {
  Workplace place(config);
  const auto target = admin::target_from(type);
  if (!target) {
    throw std::runtime_error("expected user, session, client, grant or token, got " + type);
  }
  // Operators know users by their name.
  if (target == admin::Target::user && !place.store.find_user(id)) id = place.known_user(id).id;
  const auto done = admin::revoke(place.config.settings, place.store, *target, id, now());
  if (!done) throw std::runtime_error(done.error().detail);
}

}  // namespace

void add_revoke_command(CLI::App& app, std::string& config) {
  const auto type = std::make_shared<std::string>();
  const auto id = std::make_shared<std::string>();
  CLI::App* revoke_command =
      add_command(app, config, "revoke", "End a user's, session's, client's or grant's tokens");
  revoke_command->add_option("type", *type, "user, session, client, grant or token")->required();
  revoke_command->add_option("id", *id, "Name or sub, sid, client_id, grant id or jti")->required();
  revoke_command->callback([&config, type, id] { revoke(config, *type, *id); });
}

}  // namespace waf::io
