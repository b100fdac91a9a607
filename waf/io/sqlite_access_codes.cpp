// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

constexpr std::int64_t notices_kept = 50;  // of one user

std::int64_t to_number(DeviceCredential::State state) { return static_cast<std::int64_t>(state); }

DeviceCredential read_credential(const Query& row) {
  DeviceCredential out;
  out.id = row.text(0);
  out.login.user_id = row.text(1);
  out.login.sid = row.text(2);
  out.login.acr = row.text(3);
  out.login.amr = to_list(row.text(4));
  out.login.auth_time = row.time(5);
  out.state = static_cast<DeviceCredential::State>(row.number(6));
  out.issued_at = row.time(7);
  out.code_until = row.time(8);
  out.wrong = row.number(9);
  out.grant_id = row.text(10);
  out.device = row.text(11);
  out.transport = row.text(12);
  out.source = row.text(13);
  out.model = row.text(14);
  out.activated_at = row.time(15);
  out.last_used = row.time(16);
  out.expires_at = row.time(17);
  out.failures = row.number(18);
  out.failures_since = row.time(19);
  out.blocked_until = row.time(20);
  return out;
}

DeviceSecret read_secret(const Query& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.text(5)};
}

}  // namespace

void SqliteStore::put_device_credential(const DeviceCredential& credential) {
  const LoginFacts& login = credential.login;
  database_
      .query(
          "INSERT OR REPLACE INTO device_credentials VALUES "
          "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(credential.id)
      .bind(login.user_id)
      .bind(login.sid)
      .bind(login.acr)
      .bind(to_column(login.amr))
      .bind(login.auth_time)
      .bind(to_number(credential.state))
      .bind(credential.issued_at)
      .bind(credential.code_until)
      .bind(credential.wrong)
      .bind(credential.grant_id)
      .bind(credential.device)
      .bind(credential.transport)
      .bind(credential.source)
      .bind(credential.model)
      .bind(credential.activated_at)
      .bind(credential.last_used)
      .bind(credential.expires_at)
      .bind(credential.failures)
      .bind(credential.failures_since)
      .bind(credential.blocked_until)
      .step();
}

void SqliteStore::put_device_secret(const DeviceSecret& secret) {
  database_.query("INSERT INTO device_secrets VALUES (?,?,?,?,?,?)")
      .bind(secret.credential_id)
      .bind(secret.user_name)
      .bind(secret.code_digest)
      .bind(secret.ha1_md5)
      .bind(secret.ha1_sha256)
      .bind(secret.ha1_sha512_256)
      .step();
}

std::optional<DeviceCredential> SqliteStore::find_device_credential(std::string_view id) {
  auto row = database_.query("SELECT * FROM device_credentials WHERE id = ?").bind(id);
  return row.step() ? std::optional(read_credential(row)) : std::nullopt;
}

std::vector<DeviceCredential> SqliteStore::device_credentials_of_user(std::string_view user_id) {
  std::vector<DeviceCredential> out;
  auto row = database_
                 .query(
                     "SELECT * FROM device_credentials WHERE user_id = ? "
                     "ORDER BY issued_at DESC, id")
                 .bind(user_id);
  while (row.step()) out.push_back(read_credential(row));
  return out;
}

std::vector<DeviceSecret> SqliteStore::device_secrets_of_name(std::string_view user_name,
                                                              std::size_t most) {
  std::vector<DeviceSecret> out;
  // Those that still work before those that only explain a refusal.
  auto row = database_
                 .query(
                     "SELECT s.* FROM device_secrets AS s JOIN device_credentials AS c "
                     "ON c.id = s.credential_id WHERE s.user_name = ? "
                     "ORDER BY c.state = 2, c.issued_at DESC, c.id LIMIT ?")
                 .bind(user_name)
                 .bind(static_cast<std::int64_t>(most));
  while (row.step()) out.push_back(read_secret(row));
  return out;
}

std::optional<DeviceSecret> SqliteStore::device_secret_of_code(std::string_view code_digest) {
  auto row =
      database_.query("SELECT * FROM device_secrets WHERE code_digest = ?").bind(code_digest);
  return row.step() ? std::optional(read_secret(row)) : std::nullopt;
}

bool SqliteStore::activate_device_credential(const DeviceCredential& activated) {
  bool first = false;
  atomically([&] {
    database_.query("UPDATE device_credentials SET state = 1 WHERE id = ? AND state = 0")
        .bind(activated.id)
        .step();
    first = database_.changes() == 1;
    if (first) put_device_credential(activated);
  });
  return first;
}

void SqliteStore::end_issued_codes(std::string_view user_id) {
  database_.query("UPDATE device_credentials SET state = 2 WHERE user_id = ? AND state = 0")
      .bind(user_id)
      .step();
}

void SqliteStore::put_device_notice(const DeviceNotice& notice) {
  atomically([&] {
    database_
        .query("INSERT INTO device_notices (user_id, kind, model, source, at) VALUES (?,?,?,?,?)")
        .bind(notice.user_id)
        .bind(static_cast<std::int64_t>(notice.kind))
        .bind(notice.model)
        .bind(notice.source)
        .bind(notice.at)
        .step();
    database_
        .query(
            "DELETE FROM device_notices WHERE user_id = ?1 AND id NOT IN (SELECT id FROM "
            "device_notices WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2)")
        .bind(notice.user_id)
        .bind(notices_kept)
        .step();
  });
}

std::vector<DeviceNotice> SqliteStore::device_notices(std::string_view user_id, std::size_t most) {
  std::vector<DeviceNotice> out;
  auto row = database_
                 .query(
                     "SELECT user_id, kind, model, source, at FROM device_notices "
                     "WHERE user_id = ? ORDER BY id DESC LIMIT ?")
                 .bind(user_id)
                 .bind(static_cast<std::int64_t>(most));
  while (row.step()) {
    out.push_back({row.text(0), static_cast<DeviceNotice::Kind>(row.number(1)), row.text(2),
                   row.text(3), row.time(4)});
  }
  return out;
}

}  // namespace waf::io
