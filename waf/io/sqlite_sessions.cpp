// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {

std::optional<Session> SqliteStore::find_session(std::string_view digest) {
  auto row = database_.query("SELECT * FROM sessions WHERE digest = ?").bind(digest);
  if (!row.step()) return std::nullopt;
  Session out;
  out.digest = row.text(0);
  out.sid = row.text(1);
  out.user_id = row.text(2);
  out.acr = row.text(3);
  out.auth_time = row.time(4);
  out.created_at = row.time(5);
  out.last_seen = row.time(6);
  out.expires_at = row.time(7);
  return out;
}

void SqliteStore::put_session(const Session& session) {
  database_.query("INSERT OR REPLACE INTO sessions VALUES (?,?,?,?,?,?,?,?)")
      .bind(session.digest)
      .bind(session.sid)
      .bind(session.user_id)
      .bind(session.acr)
      .bind(session.auth_time)
      .bind(session.created_at)
      .bind(session.last_seen)
      .bind(session.expires_at)
      .step();
}

void SqliteStore::touch_session(std::string_view digest, SystemTime last_seen) {
  database_.query("UPDATE sessions SET last_seen = ? WHERE digest = ?")
      .bind(last_seen)
      .bind(digest)
      .step();
}

void SqliteStore::remove_session(std::string_view digest) {
  database_.query("DELETE FROM sessions WHERE digest = ?").bind(digest).step();
}

void SqliteStore::remove_sessions_of_user(std::string_view user_id) {
  database_.query("DELETE FROM sessions WHERE user_id = ?").bind(user_id).step();
}

}  // namespace waf::io
