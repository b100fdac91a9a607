// SPDX-License-Identifier: Apache-2.0
// Leases of pool identities. A row is free again from free_at on, whatever became of its holder.
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

/// One number above all that were ever leased, or the one that has been free for the longest.
std::optional<std::int64_t> find_free(Sqlite& database, std::string_view pool, std::int64_t first,
                                      std::int64_t last, SystemTime now) {
  auto top = database.query("SELECT max(number) FROM pool_leases WHERE pool = ? AND number <= ?")
                 .bind(pool)
                 .bind(last);
  const std::int64_t used = top.step() ? top.number(0) : 0;
  if (used < first) return first;
  if (used < last) return used + 1;
  auto row = database
                 .query(
                     "SELECT number FROM pool_leases WHERE pool = ? AND number BETWEEN ? AND ? "
                     "AND free_at <= ? ORDER BY free_at LIMIT 1")
                 .bind(pool)
                 .bind(first)
                 .bind(last)
                 .bind(now);
  return row.step() ? std::optional(row.number(0)) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> SqliteStore::lease_pool_identity(const PoolLease& lease,
                                                             std::int64_t first, std::int64_t last,
                                                             SystemTime now) {
  std::optional<std::int64_t> number;
  atomically([&] {
    number = find_free(database_, lease.pool, first, last, now);
    if (!number) return;
    database_.query("INSERT OR REPLACE INTO pool_leases VALUES (?,?,?,?,?,?)")
        .bind(lease.pool)
        .bind(*number)
        .bind(lease.grant_id)
        .bind(lease.leased_at)
        .bind(lease.expires_at)
        .bind(lease.free_at)
        .step();
  });
  return number;
}

std::optional<PoolLease> SqliteStore::find_pool_lease(std::string_view grant_id) {
  auto row = database_.query("SELECT * FROM pool_leases WHERE grant_id = ?").bind(grant_id);
  if (!row.step()) return std::nullopt;
  return PoolLease{row.text(0), row.number(1), row.text(2), row.time(3), row.time(4), row.time(5)};
}

void SqliteStore::extend_pool_lease(std::string_view grant_id, SystemTime expires_at,
                                    SystemTime free_at) {
  database_.query("UPDATE pool_leases SET expires_at = ?, free_at = ? WHERE grant_id = ?")
      .bind(expires_at)
      .bind(free_at)
      .bind(grant_id)
      .step();
}

void SqliteStore::release_pool_leases(SystemTime now) {
  // The quarantine is what stood between the two times.
  database_
      .query(
          "UPDATE pool_leases SET free_at = ? + free_at - expires_at, expires_at = ? "
          "WHERE expires_at > ? AND grant_id IN "
          "(SELECT id FROM grants WHERE pool <> '' AND revoked = 1)")
      .bind(now)
      .bind(now)
      .bind(now)
      .step();
}

PoolUse SqliteStore::pool_use(std::string_view pool, SystemTime now) {
  auto row = database_
                 .query(
                     "SELECT coalesce(sum(expires_at > ?), 0), coalesce(sum(free_at > ?), 0), "
                     "coalesce(min(CASE WHEN free_at > ? THEN free_at END), 0) "
                     "FROM pool_leases WHERE pool = ?")
                 .bind(now)
                 .bind(now)
                 .bind(now)
                 .bind(pool);
  if (!row.step()) return {};
  return {row.number(0), row.number(1) - row.number(0), row.time(2)};
}

}  // namespace waf::io
