// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"

#include <nlohmann/json.hpp>

#include "waf/store/store.hpp"

namespace waf::io {

std::string to_column(const std::vector<std::string>& list) { return nlohmann::json(list).dump(); }

std::vector<std::string> to_list(const std::string& column) {
  if (column.empty()) return {};  // a row older than the column
  try {
    return nlohmann::json::parse(column).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw StoreError("a column is no list of texts");
  }
}

}  // namespace waf::io
