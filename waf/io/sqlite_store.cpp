// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_store.hpp"

#include <array>

#include <nlohmann/json.hpp>

#include "waf/io/sqlite_schema.hpp"

namespace waf::io {
namespace {

constexpr std::int64_t used_code_memory_seconds = 3600;  // how long a replay is recognised
constexpr std::int64_t failure_memory_seconds = 86400;

std::string to_text(const std::vector<std::string>& list) { return nlohmann::json(list).dump(); }

std::vector<std::string> to_list(const std::string& text) {
  return nlohmann::json::parse(text).get<std::vector<std::string>>();
}

std::int64_t to_number(Revocation::Type type) { return static_cast<std::int64_t>(type); }

User read_user(const Query& row) {
  User out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.display_name = row.text(2);
  out.password_hash = row.text(3);
  out.impi = row.text(4);
  out.impus = to_list(row.text(5));
  out.enabled = row.number(6) != 0;
  return out;
}

Client read_client(const Query& row) {
  Client out;
  out.id = row.text(0);
  out.name = row.text(1);
  out.redirect_uris = to_list(row.text(2));
  out.post_logout_redirect_uris = to_list(row.text(3));
  out.origins = to_list(row.text(4));
  out.scopes = to_list(row.text(5));
  out.default_scopes = to_list(row.text(6));
  out.enabled = row.number(7) != 0;
  return out;
}

}  // namespace

SqliteStore::SqliteStore(const std::filesystem::path& file, bool full_sync)
    : database_(file, full_sync) {
  atomically([this] {
    auto version = database_.query("PRAGMA user_version");
    const std::int64_t found = version.step() ? version.number(0) : 0;
    if (found > sqlite_schema_version) throw StoreError("made by a newer version of this program");
    if (found == 0) database_.execute(sqlite_schema);
  });
}

void SqliteStore::atomically(const std::function<void()>& work) {
  if (depth_ > 0) return work();
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

std::optional<User> SqliteStore::find_user(std::string_view id) {
  auto row = database_.query("SELECT * FROM users WHERE id = ?").bind(id);
  return row.step() ? std::optional(read_user(row)) : std::nullopt;
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

void SqliteStore::put_user(const User& user) {
  database_
      .query(
          "INSERT INTO users VALUES (?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
          "name=excluded.name, display_name=excluded.display_name, "
          "password_hash=excluded.password_hash, impi=excluded.impi, impus=excluded.impus, "
          "enabled=excluded.enabled")
      .bind(user.id)
      .bind(user.name)
      .bind(user.display_name)
      .bind(user.password_hash)
      .bind(user.impi)
      .bind(to_text(user.impus))
      .bind(std::int64_t{user.enabled})
      .step();
}

std::optional<Client> SqliteStore::find_client(std::string_view id) {
  auto row = database_.query("SELECT * FROM clients WHERE id = ?").bind(id);
  return row.step() ? std::optional(read_client(row)) : std::nullopt;
}

std::vector<Client> SqliteStore::clients() {
  std::vector<Client> out;
  auto row = database_.query("SELECT * FROM clients ORDER BY id");
  while (row.step()) out.push_back(read_client(row));
  return out;
}

void SqliteStore::put_client(const Client& client) {
  database_.query("INSERT OR REPLACE INTO clients VALUES (?,?,?,?,?,?,?,?)")
      .bind(client.id)
      .bind(client.name)
      .bind(to_text(client.redirect_uris))
      .bind(to_text(client.post_logout_redirect_uris))
      .bind(to_text(client.origins))
      .bind(to_text(client.scopes))
      .bind(to_text(client.default_scopes))
      .bind(std::int64_t{client.enabled})
      .step();
}

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

std::optional<Code> SqliteStore::find_code(std::string_view digest) {
  auto row = database_.query("SELECT * FROM codes WHERE digest = ?").bind(digest);
  if (!row.step()) return std::nullopt;
  Code out;
  out.digest = row.text(0);
  out.grant_id = row.text(1);
  out.client_id = row.text(2);
  out.redirect_uri = row.text(3);
  out.challenge = row.text(4);
  out.nonce = row.text(5);
  out.user_id = row.text(6);
  out.sid = row.text(7);
  out.acr = row.text(8);
  out.scopes = to_list(row.text(9));
  out.auth_time = row.time(10);
  out.expires_at = row.time(11);
  out.used = row.number(12) != 0;
  return out;
}

void SqliteStore::put_code(const Code& code) {
  database_.query("INSERT INTO codes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(code.digest)
      .bind(code.grant_id)
      .bind(code.client_id)
      .bind(code.redirect_uri)
      .bind(code.challenge)
      .bind(code.nonce)
      .bind(code.user_id)
      .bind(code.sid)
      .bind(code.acr)
      .bind(to_text(code.scopes))
      .bind(code.auth_time)
      .bind(code.expires_at)
      .bind(std::int64_t{code.used})
      .step();
}

bool SqliteStore::consume_code(std::string_view digest) {
  database_.query("UPDATE codes SET used = 1 WHERE digest = ? AND used = 0").bind(digest).step();
  return database_.changes() == 1;
}

std::optional<Grant> SqliteStore::find_grant(std::string_view id) {
  auto row = database_.query("SELECT * FROM grants WHERE id = ?").bind(id);
  if (!row.step()) return std::nullopt;
  Grant out;
  out.id = row.text(0);
  out.client_id = row.text(1);
  out.user_id = row.text(2);
  out.sid = row.text(3);
  out.acr = row.text(4);
  out.scopes = to_list(row.text(5));
  out.auth_time = row.time(6);
  out.expires_at = row.time(7);
  out.revoked = row.number(8) != 0;
  return out;
}

void SqliteStore::put_grant(const Grant& grant) {
  database_.query("INSERT INTO grants VALUES (?,?,?,?,?,?,?,?,?)")
      .bind(grant.id)
      .bind(grant.client_id)
      .bind(grant.user_id)
      .bind(grant.sid)
      .bind(grant.acr)
      .bind(to_text(grant.scopes))
      .bind(grant.auth_time)
      .bind(grant.expires_at)
      .bind(std::int64_t{grant.revoked})
      .step();
}

void SqliteStore::revoke_grant(std::string_view id) {
  database_.query("UPDATE grants SET revoked = 1 WHERE id = ?").bind(id).step();
}

void SqliteStore::revoke_grants_of_session(std::string_view sid) {
  database_.query("UPDATE grants SET revoked = 1 WHERE sid = ?").bind(sid).step();
}

void SqliteStore::revoke_grants_of_user(std::string_view user_id) {
  database_.query("UPDATE grants SET revoked = 1 WHERE user_id = ?").bind(user_id).step();
}

std::optional<RefreshToken> SqliteStore::find_refresh_token(std::string_view digest) {
  auto row = database_.query("SELECT * FROM refresh_tokens WHERE digest = ?").bind(digest);
  if (!row.step()) return std::nullopt;
  RefreshToken out;
  out.digest = row.text(0);
  out.grant_id = row.text(1);
  out.expires_at = row.time(2);
  if (row.number(3) != 0) out.rotated_at = row.time(3);
  out.successor = row.text(4);
  return out;
}

void SqliteStore::put_refresh_token(const RefreshToken& token) {
  database_.query("INSERT INTO refresh_tokens VALUES (?,?,?,?,?)")
      .bind(token.digest)
      .bind(token.grant_id)
      .bind(token.expires_at)
      .bind(token.rotated_at.value_or(SystemTime{}))
      .bind(token.successor)
      .step();
}

bool SqliteStore::rotate_refresh_token(std::string_view digest, const RefreshToken& successor,
                                       SystemTime now) {
  bool first = false;
  atomically([&] {
    database_
        .query(
            "UPDATE refresh_tokens SET rotated_at = ?, successor = ? "
            "WHERE digest = ? AND rotated_at = 0")
        .bind(now)
        .bind(successor.digest)
        .bind(digest)
        .step();
    first = database_.changes() == 1;
    if (first) put_refresh_token(successor);
  });
  return first;
}

void SqliteStore::put_revocation(const Revocation& revocation) {
  database_.query("INSERT OR REPLACE INTO revocations VALUES (?,?,?,?)")
      .bind(to_number(revocation.type))
      .bind(revocation.id)
      .bind(revocation.at)
      .bind(revocation.expires_at)
      .step();
}

std::optional<SystemTime> SqliteStore::revoked_at(Revocation::Type type, std::string_view id) {
  auto row = database_.query("SELECT at FROM revocations WHERE type = ? AND id = ?")
                 .bind(to_number(type))
                 .bind(id);
  return row.step() ? std::optional(row.time(0)) : std::nullopt;
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
  while (row.step()) out.push_back({row.text(0), row.time(1), row.time(2)});
  return out;
}

void SqliteStore::put_key(const KeyRecord& key) {
  database_.query("INSERT OR REPLACE INTO keys VALUES (?,?,?)")
      .bind(key.kid)
      .bind(key.sign_from)
      .bind(key.publish_until)
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
  static constexpr std::array<Kind, 6> kinds = {{
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
      {"DELETE FROM login_failures WHERE account IN "
       "(SELECT account FROM login_failures WHERE last <= ? LIMIT ?)",
       failure_memory_seconds},
  }};
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
