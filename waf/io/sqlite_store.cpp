// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_store.hpp"

#include <array>

#include "waf/io/sqlite_migration.hpp"

namespace waf::io {
namespace {

constexpr std::int64_t used_code_memory_seconds = 3600;  // how long a replay is recognised
// A phone goes on trying a code that has ended: that must not be taken for guessing a newer one.
constexpr std::int64_t ended_device_memory_seconds = 86400;
constexpr std::int64_t failure_memory_seconds = 86400;

}  // namespace

SqliteStore::SqliteStore(const std::filesystem::path& file, bool full_sync)
    : database_(file, full_sync) {
  atomically([this] { migrate(database_); });
}

void SqliteStore::atomically(const std::function<void()>& work) {
  if (depth_ > 0) return work();
  if (database_.in_batch()) return in_batch(work);
  database_.execute("BEGIN IMMEDIATE");
  ++depth_;
  try {
    work();
    database_.execute("COMMIT");
    --depth_;
  } catch (...) {
    --depth_;
    database_.execute("ROLLBACK");
    throw;
  }
}

void SqliteStore::in_batch(const std::function<void()>& work) {
  // From here on nobody else can write.
  if (database_.begin_writing()) notice_foreign_changes();
  ++depth_;
  try {
    database_.nested(work);
    --depth_;
  } catch (...) {
    --depth_;
    clear_caches();
    throw;
  }
}

void SqliteStore::clear_caches() noexcept {
  user_cache_.clear();
  client_cache_.clear();
}

/// The command line may have written.
void SqliteStore::notice_foreign_changes() {
  const std::int64_t version = database_.data_version();
  if (version == data_version_) return;
  data_version_ = version;
  ++client_changes_;
  clear_caches();
}

void SqliteStore::begin_batch() {
  notice_foreign_changes();
  database_.begin_batch();
}

void SqliteStore::end_batch() {
  try {
    database_.end_batch();
  } catch (...) {
    clear_caches();
    throw;
  }
}

void SqliteStore::abandon_batch() noexcept {
  clear_caches();
  database_.abandon_batch();
}

LoginFailures SqliteStore::login_failures(std::string_view account) {
  auto row = database_
                 .query(
                     "SELECT count, blocked_until, last FROM login_failures "
                     "WHERE account = ?")
                 .bind(account);
  if (!row.step()) return {};
  return {row.number(0), row.time(1), row.time(2)};
}

void SqliteStore::put_login_failures(std::string_view account, const LoginFailures& failures) {
  database_.query("INSERT OR REPLACE INTO login_failures VALUES (?,?,?,?)")
      .bind(account)
      .bind(failures.count)
      .bind(failures.blocked_until)
      .bind(failures.last)
      .step();
}

void SqliteStore::clear_login_failures(std::string_view account) {
  database_.query("DELETE FROM login_failures WHERE account = ?").bind(account).step();
}

std::vector<KeyRecord> SqliteStore::keys() {
  std::vector<KeyRecord> out;
  auto row = database_.query("SELECT * FROM keys ORDER BY sign_from, kid");
  while (row.step()) {
    const auto algorithm = common::jose::algorithm_from(row.text(3));
    if (!algorithm) throw StoreError("key " + row.text(0) + " of an unknown algorithm");
    out.push_back({row.text(0), row.time(1), row.time(2), *algorithm, row.number(4) != 0});
  }
  return out;
}

void SqliteStore::put_key(const KeyRecord& key) {
  database_.query("INSERT OR REPLACE INTO keys VALUES (?,?,?,?,?)")
      .bind(key.kid)
      .bind(key.sign_from)
      .bind(key.publish_until)
      .bind(name_of(key.algorithm))
      .bind(std::int64_t{key.retired})
      .step();
}

std::string SqliteStore::shared_secret(std::string_view name, const std::string& fresh) {
  database_.query("INSERT OR IGNORE INTO secrets VALUES (?,?)").bind(name).bind(fresh).step();
  auto row = database_.query("SELECT value FROM secrets WHERE name = ?").bind(name);
  return row.step() ? row.text(0) : fresh;
}

std::size_t SqliteStore::sweep(SystemTime now, std::size_t limit) {
  struct Kind {
    std::string_view sql;
    std::int64_t kept_seconds;
  };
  static constexpr auto kinds = std::to_array<Kind>({
      {"DELETE FROM codes WHERE digest IN "
       "(SELECT digest FROM codes WHERE expires_at <= ? LIMIT ?)",
       used_code_memory_seconds},
      {"DELETE FROM sessions WHERE digest IN "
       "(SELECT digest FROM sessions WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE expires_at <= ? LIMIT ?)", 0},
      {"DELETE FROM refresh_tokens WHERE digest IN "
       "(SELECT digest FROM refresh_tokens WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM revocations WHERE (type, id) IN "
       "(SELECT type, id FROM revocations WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE expires_at <= ? LIMIT ?)", 0},
      {"DELETE FROM login_failures WHERE account IN "
       "(SELECT account FROM login_failures WHERE last <= ? LIMIT ?)",
       failure_memory_seconds},
      {"DELETE FROM pushed_requests WHERE digest IN "
       "(SELECT digest FROM pushed_requests WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM device_authorizations WHERE digest IN "
       "(SELECT digest FROM device_authorizations WHERE expires_at <= ? LIMIT ?)",
       used_code_memory_seconds},  // a late poll is told that it is late
      {"DELETE FROM challenge_sessions WHERE digest IN "
       "(SELECT digest FROM challenge_sessions WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM device_credentials WHERE id IN "
       "(SELECT id FROM device_credentials WHERE expires_at <= ? LIMIT ?)",
       ended_device_memory_seconds},
      {"DELETE FROM device_secrets WHERE (credential_id, user_name) IN "
       "(SELECT credential_id, user_name FROM device_secrets WHERE credential_id NOT IN "
       "(SELECT id FROM device_credentials) AND ? > 0 LIMIT ?)",
       0},
      {"DELETE FROM upstream_logins WHERE state_digest IN "
       "(SELECT state_digest FROM upstream_logins WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM replays WHERE (kind, id) IN "
       "(SELECT kind, id FROM replays WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM opaque_tokens WHERE digest IN "
       "(SELECT digest FROM opaque_tokens WHERE expires_at <= ? LIMIT ?)",
       0},
      {"DELETE FROM initial_tokens WHERE digest IN "
       "(SELECT digest FROM initial_tokens WHERE expires_at <= ? LIMIT ?)",
       0},
  });
  std::int64_t removed = 0;
  atomically([&] {
    for (const Kind& kind : kinds) {
      database_.query(kind.sql)
          .bind(now - std::chrono::seconds(kind.kept_seconds))
          .bind(static_cast<std::int64_t>(limit))
          .step();
      removed += database_.changes();
    }
  });
  return static_cast<std::size_t>(removed);
}

}  // namespace waf::io
