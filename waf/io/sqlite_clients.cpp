// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/client_profile.hpp"
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

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
  if (auto read = read_profile(row.text(8), out); !read) {
    throw StoreError("client " + out.id + ": " + read.error().message());
  }
  return out;
}

}  // namespace

std::optional<Client> SqliteStore::find_client(std::string_view id) {
  if (database_.in_batch()) {
    if (const auto* known = client_cache_.find(id)) return *known;
  }
  auto row = database_.query("SELECT * FROM clients WHERE id = ?").bind(id);
  if (!row.step()) return std::nullopt;
  Client out = read_client(row);
  if (database_.in_batch()) client_cache_.put(out);
  return out;
}

std::vector<Client> SqliteStore::clients() {
  std::vector<Client> out;
  auto row = database_.query("SELECT * FROM clients ORDER BY id");
  while (row.step()) out.push_back(read_client(row));
  return out;
}

void SqliteStore::put_client(const Client& client) {
  client_cache_.clear();
  database_.query("INSERT OR REPLACE INTO clients VALUES (?,?,?,?,?,?,?,?,?)")
      .bind(client.id)
      .bind(client.name)
      .bind(to_column(client.redirect_uris))
      .bind(to_column(client.post_logout_redirect_uris))
      .bind(to_column(client.origins))
      .bind(to_column(client.scopes))
      .bind(to_column(client.default_scopes))
      .bind(std::int64_t{client.enabled})
      .bind(profile_to_json(client))
      .step();
  ++client_changes_;
}

void SqliteStore::remove_client(std::string_view id) {
  client_cache_.clear();
  database_.query("DELETE FROM clients WHERE id = ?").bind(id).step();
  ++client_changes_;
}

std::uint64_t SqliteStore::client_changes() const { return client_changes_; }

}  // namespace waf::io
