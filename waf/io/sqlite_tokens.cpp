// SPDX-License-Identifier: Apache-2.0
// Opaque access tokens and initial access tokens.
#include "waf/io/sqlite_store.hpp"

namespace waf::io {

void SqliteStore::put_opaque_token(const OpaqueToken& token) {
  database_.query("INSERT INTO opaque_tokens VALUES (?,?,?)")
      .bind(token.digest)
      .bind(token.claims)
      .bind(token.expires_at)
      .step();
}

std::optional<OpaqueToken> SqliteStore::find_opaque_token(std::string_view digest) {
  auto row = database_.query("SELECT * FROM opaque_tokens WHERE digest = ?").bind(digest);
  if (!row.step()) return std::nullopt;
  return OpaqueToken{row.text(0), row.text(1), row.time(2)};
}

void SqliteStore::put_initial_token(const InitialToken& token) {
  database_.query("INSERT INTO initial_tokens VALUES (?,?,?)")
      .bind(token.digest)
      .bind(token.uses_left)
      .bind(token.expires_at)
      .step();
}

bool SqliteStore::use_initial_token(std::string_view digest, SystemTime now) {
  database_
      .query(
          "UPDATE initial_tokens SET uses_left = uses_left - 1 "
          "WHERE digest = ? AND uses_left > 0 AND expires_at > ?")
      .bind(digest)
      .bind(now)
      .step();
  return database_.changes() == 1;
}

}  // namespace waf::io
