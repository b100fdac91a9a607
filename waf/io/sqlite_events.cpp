// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_store.hpp"

namespace waf::io {

void SqliteStore::put_revocation(const Revocation& revocation) {
  // The event is part of it: no revocation that a follower does not learn of, whoever made it.
  atomically([&] {
    database_.query("INSERT OR REPLACE INTO revocations VALUES (?,?,?,?)")
        .bind(static_cast<std::int64_t>(revocation.type))
        .bind(revocation.id)
        .bind(revocation.at)
        .bind(revocation.expires_at)
        .step();
    database_.query("INSERT INTO events (type, id, reason, at, expires_at) VALUES (?,?,?,?,?)")
        .bind(static_cast<std::int64_t>(revocation.type))
        .bind(revocation.id)
        .bind(revocation.reason)
        .bind(revocation.at)
        .bind(revocation.expires_at)
        .step();
  });
}

std::vector<RevocationEvent> SqliteStore::events_after(std::int64_t sequence, std::size_t limit) {
  std::vector<RevocationEvent> out;
  auto row = database_
                 .query(
                     "SELECT seq, type, id, reason, at, expires_at FROM events WHERE seq > ? "
                     "ORDER BY seq LIMIT ?")
                 .bind(sequence)
                 .bind(static_cast<std::int64_t>(limit));
  while (row.step()) {
    RevocationEvent event;
    event.sequence = row.number(0);
    event.revocation.type = static_cast<Revocation::Type>(row.number(1));
    event.revocation.id = row.text(2);
    event.revocation.reason = row.text(3);
    event.revocation.at = row.time(4);
    event.revocation.expires_at = row.time(5);
    out.push_back(std::move(event));
  }
  return out;
}

std::int64_t SqliteStore::last_event() {
  // Also when the last event is past its end and has been swept away.
  auto row = database_.query("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
  return row.step() ? row.number(0) : 0;
}

}  // namespace waf::io
