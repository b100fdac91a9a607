// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_migration.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "common/log.hpp"
#include "waf/io/sqlite_schema.hpp"
#include "waf/store/store.hpp"

namespace waf::io {
namespace {

struct SchemaEntry {
  std::string name;
  std::string sql;
  bool operator==(const SchemaEntry&) const = default;
};

struct Column {
  std::string name;
  bool number = false;
  std::string fallback;  // SQL expression; empty: none declared
};

std::vector<SchemaEntry> entries(Sqlite& database, std::string_view type) {
  std::vector<SchemaEntry> out;
  auto row = database
                 .query(
                     "SELECT name, sql FROM sqlite_master WHERE type = ? AND sql IS NOT NULL "
                     "AND name NOT LIKE 'sqlite_%' ORDER BY name")
                 .bind(type);
  while (row.step()) out.push_back({row.text(0), row.text(1)});
  return out;
}

std::vector<Column> columns(Sqlite& database, const std::string& table) {
  std::vector<Column> out;
  auto row = database.query("SELECT name, type, dflt_value FROM pragma_table_info(?) ORDER BY cid")
                 .bind(table);
  while (row.step()) out.push_back({row.text(0), row.text(1) == "INTEGER", row.text(2)});
  return out;
}

const SchemaEntry* find(const std::vector<SchemaEntry>& list, const std::string& name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.name == name; });
  return found == list.end() ? nullptr : &*found;
}

/// What a new column holds for a row that was written without it.
std::string value_for(const Column& column, const std::vector<Column>& former) {
  const bool kept = std::any_of(former.begin(), former.end(),
                                [&](const Column& one) { return one.name == column.name; });
  if (kept) return column.name;
  if (!column.fallback.empty()) return column.fallback;
  return column.number ? "0" : "''";
}

/// Names come from our own schema, never from a request.
void rebuild(Sqlite& database, const SchemaEntry& table, const std::vector<Column>& wanted) {
  const std::string former_name = "former_" + table.name;
  const auto former = columns(database, table.name);
  database.execute(("ALTER TABLE " + table.name + " RENAME TO " + former_name).c_str());
  database.execute(table.sql.c_str());
  std::string names;
  std::string values;
  for (const Column& column : wanted) {
    names += (names.empty() ? "" : ", ") + column.name;
    values += (values.empty() ? "" : ", ") + value_for(column, former);
  }
  database.execute(
      ("INSERT INTO " + table.name + " (" + names + ") SELECT " + values + " FROM " + former_name)
          .c_str());
  database.execute(("DROP TABLE " + former_name).c_str());
}

std::int64_t version_of(Sqlite& database) {
  auto version = database.query("PRAGMA user_version");
  return version.step() ? version.number(0) : 0;
}

}  // namespace

void migrate(Sqlite& database) {
  const std::int64_t found = version_of(database);
  if (found > sqlite_schema_version) throw StoreError("made by a newer version of this program");
  if (found == 0) return database.execute(sqlite_schema);
  Sqlite target(":memory:", false);
  target.execute(sqlite_schema);
  const auto tables = entries(target, "table");
  const auto indices = entries(target, "index");
  const auto present = entries(database, "table");
  if (found == sqlite_schema_version && tables == present &&
      indices == entries(database, "index")) {
    return;
  }
  common::log::info("store: from schema {} to {}", found, sqlite_schema_version);
  for (const SchemaEntry& index : entries(database, "index")) {
    database.execute(("DROP INDEX " + index.name).c_str());
  }
  for (const SchemaEntry& table : tables) {
    const SchemaEntry* former = find(present, table.name);
    if (former == nullptr) {
      database.execute(table.sql.c_str());
    } else if (former->sql != table.sql) {
      rebuild(database, table, columns(target, table.name));
    }
  }
  for (const SchemaEntry& index : indices) database.execute(index.sql.c_str());
  database.execute(("PRAGMA user_version = " + std::to_string(sqlite_schema_version)).c_str());
}

}  // namespace waf::io
