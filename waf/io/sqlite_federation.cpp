// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

LinkedIdentity read_identity(const Query& row) {
  return {row.text(0), row.text(1), row.text(2), row.time(3), row.time(4)};
}

std::size_t count(Query row) { return row.step() ? static_cast<std::size_t>(row.number(0)) : 0; }

}  // namespace

std::optional<LinkedIdentity> SqliteStore::find_identity(std::string_view issuer,
                                                         std::string_view subject) {
  auto row = database_.query("SELECT * FROM identities WHERE issuer = ? AND subject = ?")
                 .bind(issuer)
                 .bind(subject);
  return row.step() ? std::optional(read_identity(row)) : std::nullopt;
}

std::vector<LinkedIdentity> SqliteStore::identities_of_user(std::string_view user_id) {
  std::vector<LinkedIdentity> out;
  auto row = database_.query("SELECT * FROM identities WHERE user_id = ?").bind(user_id);
  while (row.step()) out.push_back(read_identity(row));
  return out;
}

void SqliteStore::put_identity(const LinkedIdentity& identity) {
  database_.query("INSERT OR REPLACE INTO identities VALUES (?,?,?,?,?)")
      .bind(identity.issuer)
      .bind(identity.subject)
      .bind(identity.user_id)
      .bind(identity.created_at)
      .bind(identity.last_login)
      .step();
}

void SqliteStore::remove_identity(std::string_view issuer, std::string_view subject) {
  database_.query("DELETE FROM identities WHERE issuer = ? AND subject = ?")
      .bind(issuer)
      .bind(subject)
      .step();
}

// Reads all users: asked only when an account is made or its identities change.
std::optional<std::string> SqliteStore::owner_of(std::string_view identity) {
  auto row = database_
                 .query(
                     "SELECT id FROM users WHERE impi = ?1 OR EXISTS "
                     "(SELECT 1 FROM json_each(users.impus) WHERE value = ?1) LIMIT 1")
                 .bind(identity);
  return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

void SqliteStore::put_upstream_login(const UpstreamLoginRecord& login) {
  database_.query("INSERT INTO upstream_logins VALUES (?,?,?,?,?,?,?,?,?,?)")
      .bind(login.state_digest)
      .bind(login.provider)
      .bind(login.browser_digest)
      .bind(login.nonce)
      .bind(login.verifier)
      .bind(login.continuation)
      .bind(login.max_age)
      .bind(std::int64_t{login.must_log_in})
      .bind(login.started_at)
      .bind(login.expires_at)
      .step();
}

std::optional<UpstreamLoginRecord> SqliteStore::take_upstream_login(std::string_view state_digest) {
  auto row = database_.query("DELETE FROM upstream_logins WHERE state_digest = ? RETURNING *")
                 .bind(state_digest);
  if (!row.step()) return std::nullopt;
  UpstreamLoginRecord out{row.text(0), row.text(1),   row.text(2),        row.text(3), row.text(4),
                          row.text(5), row.number(6), row.number(7) != 0, row.time(8), row.time(9)};
  row.step();  // to its end: only then the row is gone
  return out;
}

std::size_t SqliteStore::upstream_logins() {
  return count(database_.query("SELECT count(*) FROM upstream_logins"));
}

bool SqliteStore::note_once(std::string_view kind, std::string_view id,
                            common::SystemTime expires_at) {
  database_.query("INSERT OR IGNORE INTO replays VALUES (?,?,?)")
      .bind(kind)
      .bind(id)
      .bind(expires_at)
      .step();
  return database_.changes() == 1;
}

void SqliteStore::put_logout_delivery(const LogoutDelivery& delivery) {
  database_.query("INSERT OR REPLACE INTO logout_deliveries VALUES (?,?,?,?,?,?,?)")
      .bind(delivery.id)
      .bind(delivery.client_id)
      .bind(delivery.user_id)
      .bind(delivery.sid)
      .bind(delivery.attempts)
      .bind(delivery.next_attempt)
      .bind(delivery.expires_at)
      .step();
}

std::vector<LogoutDelivery> SqliteStore::due_logout_deliveries(common::SystemTime now,
                                                               std::size_t most) {
  std::vector<LogoutDelivery> out;
  auto row = database_
                 .query(
                     "SELECT * FROM logout_deliveries WHERE next_attempt <= ? "
                     "ORDER BY next_attempt LIMIT ?")
                 .bind(now)
                 .bind(static_cast<std::int64_t>(most));
  while (row.step()) {
    out.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.number(4), row.time(5),
                   row.time(6)});
  }
  return out;
}

void SqliteStore::remove_logout_delivery(std::string_view id) {
  database_.query("DELETE FROM logout_deliveries WHERE id = ?").bind(id).step();
}

std::size_t SqliteStore::logout_deliveries() {
  return count(database_.query("SELECT count(*) FROM logout_deliveries"));
}

}  // namespace waf::io
