// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

Consent read_consent(const Query& row) {
  return {row.text(0), row.text(1), to_list(row.text(2)), row.time(3)};
}

}  // namespace

std::optional<Consent> SqliteStore::find_consent(std::string_view user_id,
                                                 std::string_view client_id) {
  auto row = database_.query("SELECT * FROM consents WHERE user_id = ? AND client_id = ?")
                 .bind(user_id)
                 .bind(client_id);
  return row.step() ? std::optional(read_consent(row)) : std::nullopt;
}

std::vector<Consent> SqliteStore::consents_of_user(std::string_view user_id) {
  std::vector<Consent> out;
  auto row =
      database_.query("SELECT * FROM consents WHERE user_id = ? ORDER BY client_id").bind(user_id);
  while (row.step()) out.push_back(read_consent(row));
  return out;
}

void SqliteStore::put_consent(const Consent& consent) {
  database_.query("INSERT OR REPLACE INTO consents VALUES (?,?,?,?)")
      .bind(consent.user_id)
      .bind(consent.client_id)
      .bind(to_column(consent.scopes))
      .bind(consent.given_at)
      .step();
}

void SqliteStore::remove_consent(std::string_view user_id, std::string_view client_id) {
  database_.query("DELETE FROM consents WHERE user_id = ? AND client_id = ?")
      .bind(user_id)
      .bind(client_id)
      .step();
}

}  // namespace waf::io
