// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "waf/io/sqlite.hpp"

namespace waf::io {

/// Brings a file of any earlier version to the schema of sqlite_schema.hpp, inside the caller's
/// transaction: tables that differ are made anew and their rows copied by column name. A column
/// that the old rows lack gets its DEFAULT, or else '' or 0: give a new column a DEFAULT when those
/// would be wrong. Throws StoreError for a file of a later version.
void migrate(Sqlite& database);

}  // namespace waf::io
