// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {

namespace {

Session read_session(const Query& row) {
  Session out;
  out.digest = row.text(0);
  out.sid = row.text(1);
  out.user_id = row.text(2);
  out.acr = row.text(3);
  out.auth_time = row.time(4);
  out.created_at = row.time(5);
  out.last_seen = row.time(6);
  out.expires_at = row.time(7);
  out.amr = to_list(row.text(8));
  out.provider = row.text(9);
  out.upstream_sid = row.text(10);
  out.upstream_subject = row.text(11);
  out.user_agent = row.text(12);
  out.address = row.text(13);
  return out;
}

std::vector<Session> read_all(Query row) {
  std::vector<Session> out;
  while (row.step()) out.push_back(read_session(row));
  return out;
}

}  // namespace

std::optional<Session> SqliteStore::find_session(std::string_view digest) {
  auto row = database_.query("SELECT * FROM sessions WHERE digest = ?").bind(digest);
  return row.step() ? std::optional(read_session(row)) : std::nullopt;
}

std::vector<Session> SqliteStore::sessions_of_user(std::string_view user_id) {
  return read_all(
      database_.query("SELECT * FROM sessions WHERE user_id = ? ORDER BY last_seen DESC")
          .bind(user_id));
}

std::vector<Session> SqliteStore::sessions_named(std::string_view sid) {
  return read_all(database_.query("SELECT * FROM sessions WHERE sid = ?").bind(sid));
}

std::vector<Session> SqliteStore::sessions_of_provider(std::string_view provider,
                                                       std::string_view upstream_sid,
                                                       std::string_view upstream_subject) {
  return read_all(database_
                      .query("SELECT * FROM sessions WHERE provider = ? AND provider <> '' AND "
                             "(?2 = '' OR upstream_sid = ?2) AND "
                             "(?3 = '' OR upstream_subject = ?3)")
                      .bind(provider)
                      .bind(upstream_sid)
                      .bind(upstream_subject));
}

void SqliteStore::put_session(const Session& session) {
  database_.query("INSERT OR REPLACE INTO sessions VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(session.digest)
      .bind(session.sid)
      .bind(session.user_id)
      .bind(session.acr)
      .bind(session.auth_time)
      .bind(session.created_at)
      .bind(session.last_seen)
      .bind(session.expires_at)
      .bind(to_column(session.amr))
      .bind(session.provider)
      .bind(session.upstream_sid)
      .bind(session.upstream_subject)
      .bind(session.user_agent)
      .bind(session.address)
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
