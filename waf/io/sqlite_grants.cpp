// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

std::int64_t to_number(Revocation::Type type) { return static_cast<std::int64_t>(type); }

Grant read_grant(const Query& row) {
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
  out.key_thumbprint = row.text(9);
  out.certificate_thumbprint = row.text(10);
  out.resources = to_list(row.text(11));
  out.pool = row.text(12);
  out.amr = to_list(row.text(13));
  return out;
}

}  // namespace

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
  out.key_thumbprint = row.text(13);
  out.resources = to_list(row.text(14));
  out.amr = to_list(row.text(15));
  return out;
}

void SqliteStore::put_code(const Code& code) {
  database_.query("INSERT INTO codes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(code.digest)
      .bind(code.grant_id)
      .bind(code.client_id)
      .bind(code.redirect_uri)
      .bind(code.challenge)
      .bind(code.nonce)
      .bind(code.user_id)
      .bind(code.sid)
      .bind(code.acr)
      .bind(to_column(code.scopes))
      .bind(code.auth_time)
      .bind(code.expires_at)
      .bind(std::int64_t{code.used})
      .bind(code.key_thumbprint)
      .bind(to_column(code.resources))
      .bind(to_column(code.amr))
      .step();
}

bool SqliteStore::consume_code(std::string_view digest) {
  database_.query("UPDATE codes SET used = 1 WHERE digest = ? AND used = 0").bind(digest).step();
  return database_.changes() == 1;
}

std::optional<Grant> SqliteStore::find_grant(std::string_view id) {
  auto row = database_.query("SELECT * FROM grants WHERE id = ?").bind(id);
  return row.step() ? std::optional(read_grant(row)) : std::nullopt;
}

std::vector<Grant> SqliteStore::grants_of_session(std::string_view sid) {
  std::vector<Grant> out;
  auto row = database_.query("SELECT * FROM grants WHERE sid = ? AND revoked = 0").bind(sid);
  while (row.step()) out.push_back(read_grant(row));
  return out;
}

std::vector<Grant> SqliteStore::grants_of_user(std::string_view user_id) {
  std::vector<Grant> out;
  auto row =
      database_.query("SELECT * FROM grants WHERE user_id = ? AND revoked = 0").bind(user_id);
  while (row.step()) out.push_back(read_grant(row));
  return out;
}

void SqliteStore::put_grant(const Grant& grant) {
  database_.query("INSERT INTO grants VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(grant.id)
      .bind(grant.client_id)
      .bind(grant.user_id)
      .bind(grant.sid)
      .bind(grant.acr)
      .bind(to_column(grant.scopes))
      .bind(grant.auth_time)
      .bind(grant.expires_at)
      .bind(std::int64_t{grant.revoked})
      .bind(grant.key_thumbprint)
      .bind(grant.certificate_thumbprint)
      .bind(to_column(grant.resources))
      .bind(grant.pool)
      .bind(to_column(grant.amr))
      .step();
}

void SqliteStore::revoke_grant(std::string_view id) {
  database_.query("UPDATE grants SET revoked = 1 WHERE id = ?").bind(id).step();
}

std::vector<std::string> SqliteStore::revoke_grants_of_client(std::string_view client_id) {
  std::vector<std::string> out;
  auto row = database_
                 .query(
                     "UPDATE grants SET revoked = 1 WHERE client_id = ? AND revoked = 0 "
                     "RETURNING id")
                 .bind(client_id);
  while (row.step()) out.push_back(row.text(0));
  return out;
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

std::optional<SystemTime> SqliteStore::revoked_at(Revocation::Type type, std::string_view id) {
  auto row = database_.query("SELECT at FROM revocations WHERE type = ? AND id = ?")
                 .bind(to_number(type))
                 .bind(id);
  return row.step() ? std::optional(row.time(0)) : std::nullopt;
}

}  // namespace waf::io
