// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

User read_user(const Query& row) {
  User out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.display_name = row.text(2);
  out.password_hash = row.text(3);
  out.impi = row.text(4);
  out.impus = to_list(row.text(5));
  out.enabled = row.number(6) != 0;
  out.password_own = row.number(7) != 0;
  out.must_change_password = row.number(8) != 0;
  // Empty: no limit. An empty list: none at all.
  if (const std::string scopes = row.text(9); !scopes.empty()) out.scopes = to_list(scopes);
  return out;
}

}  // namespace

std::optional<User> SqliteStore::find_user(std::string_view id) {
  if (database_.in_batch()) {
    if (const auto* known = user_cache_.find(id)) return *known;
  }
  auto row = database_.query("SELECT * FROM users WHERE id = ?").bind(id);
  if (!row.step()) return std::nullopt;
  User out = read_user(row);
  if (database_.in_batch()) user_cache_.put(out);
  return out;
}

std::optional<User> SqliteStore::find_user_by_name(std::string_view name) {
  auto row = database_.query("SELECT * FROM users WHERE name = ?").bind(name);
  return row.step() ? std::optional(read_user(row)) : std::nullopt;
}

std::vector<User> SqliteStore::users() {
  std::vector<User> out;
  auto row = database_.query("SELECT * FROM users ORDER BY name");
  while (row.step()) out.push_back(read_user(row));
  return out;
}

std::vector<User> SqliteStore::users_after(std::string_view name, std::size_t most) {
  std::vector<User> out;
  auto row = database_.query("SELECT * FROM users WHERE name > ? ORDER BY name LIMIT ?")
                 .bind(name)
                 .bind(static_cast<std::int64_t>(most));
  while (row.step()) out.push_back(read_user(row));
  return out;
}

void SqliteStore::put_user(const User& user) {
  user_cache_.clear();
  database_
      .query(
          "INSERT INTO users VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
          "name=excluded.name, display_name=excluded.display_name, "
          "password_hash=excluded.password_hash, impi=excluded.impi, impus=excluded.impus, "
          "enabled=excluded.enabled, password_own=excluded.password_own, "
          "must_change_password=excluded.must_change_password, scopes=excluded.scopes")
      .bind(user.id)
      .bind(user.name)
      .bind(user.display_name)
      .bind(user.password_hash)
      .bind(user.impi)
      .bind(to_column(user.impus))
      .bind(std::int64_t{user.enabled})
      .bind(std::int64_t{user.password_own})
      .bind(std::int64_t{user.must_change_password})
      .bind(user.scopes ? to_column(*user.scopes) : "")
      .step();
}

}  // namespace waf::io
