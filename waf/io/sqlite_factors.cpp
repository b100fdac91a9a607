// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

Passkey read_passkey(const Query& row) {
  Passkey out;
  out.id = row.text(0);
  out.user_id = row.text(1);
  out.name = row.text(2);
  out.public_key = row.text(3);
  out.sign_count = row.number(4);
  out.backed_up = row.number(5) != 0;
  out.transports = to_list(row.text(6));
  out.created_at = row.time(7);
  out.last_used = row.time(8);
  return out;
}

}  // namespace

std::optional<Totp> SqliteStore::find_totp(std::string_view user_id) {
  auto row = database_.query("SELECT * FROM totp WHERE user_id = ?").bind(user_id);
  if (!row.step()) return std::nullopt;
  return Totp{row.text(0), row.text(1), row.number(2), row.time(3)};
}

void SqliteStore::put_totp(const Totp& totp) {
  database_.query("INSERT OR REPLACE INTO totp VALUES (?,?,?,?)")
      .bind(totp.user_id)
      .bind(totp.secret)
      .bind(totp.last_step)
      .bind(totp.created_at)
      .step();
}

bool SqliteStore::advance_totp(std::string_view user_id, std::int64_t step) {
  database_.query("UPDATE totp SET last_step = ?1 WHERE user_id = ?2 AND last_step < ?1")
      .bind(step)
      .bind(user_id)
      .step();
  return database_.changes() == 1;
}

void SqliteStore::remove_totp(std::string_view user_id) {
  database_.query("DELETE FROM totp WHERE user_id = ?").bind(user_id).step();
}

void SqliteStore::put_recovery_codes(std::string_view user_id,
                                     const std::vector<std::string>& digests) {
  atomically([&] {
    database_.query("DELETE FROM recovery_codes WHERE user_id = ?").bind(user_id).step();
    for (const auto& digest : digests) {
      database_.query("INSERT INTO recovery_codes VALUES (?,?)").bind(user_id).bind(digest).step();
    }
  });
}

std::size_t SqliteStore::recovery_codes_left(std::string_view user_id) {
  auto row = database_.query("SELECT count(*) FROM recovery_codes WHERE user_id = ?").bind(user_id);
  return row.step() ? static_cast<std::size_t>(row.number(0)) : 0;
}

bool SqliteStore::spend_recovery_code(std::string_view user_id, std::string_view digest) {
  database_.query("DELETE FROM recovery_codes WHERE user_id = ? AND digest = ?")
      .bind(user_id)
      .bind(digest)
      .step();
  return database_.changes() == 1;
}

std::optional<Passkey> SqliteStore::find_passkey(std::string_view id) {
  auto row = database_.query("SELECT * FROM passkeys WHERE id = ?").bind(id);
  return row.step() ? std::optional(read_passkey(row)) : std::nullopt;
}

std::vector<Passkey> SqliteStore::passkeys_of_user(std::string_view user_id) {
  std::vector<Passkey> out;
  auto row = database_.query("SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_at, id")
                 .bind(user_id);
  while (row.step()) out.push_back(read_passkey(row));
  return out;
}

void SqliteStore::put_passkey(const Passkey& passkey) {
  database_.query("INSERT OR REPLACE INTO passkeys VALUES (?,?,?,?,?,?,?,?,?)")
      .bind(passkey.id)
      .bind(passkey.user_id)
      .bind(passkey.name)
      .bind(passkey.public_key)
      .bind(passkey.sign_count)
      .bind(std::int64_t{passkey.backed_up})
      .bind(to_column(passkey.transports))
      .bind(passkey.created_at)
      .bind(passkey.last_used)
      .step();
}

void SqliteStore::remove_passkey(std::string_view user_id, std::string_view id) {
  database_.query("DELETE FROM passkeys WHERE user_id = ? AND id = ?")
      .bind(user_id)
      .bind(id)
      .step();
}

}  // namespace waf::io
