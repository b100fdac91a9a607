// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite_columns.hpp"

#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

#include "waf/store/store.hpp"

namespace waf::io {

namespace {

/// ["a","b"] without blanks and escapes: what to_column() nearly always writes, without a parser.
std::optional<std::vector<std::string>> plain_list(std::string_view column) {
  if (!column.starts_with("[\"") || !column.ends_with("\"]")) return std::nullopt;
  if (column.find('\\') != std::string_view::npos) return std::nullopt;
  column.remove_prefix(2);
  column.remove_suffix(1);  // a quote stays, so that each text ends with one
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = column.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    out.emplace_back(column.substr(0, end));
    column.remove_prefix(end + 1);
    if (column.empty()) return out;
    if (!column.starts_with(",\"")) return std::nullopt;
    column.remove_prefix(2);
  }
}

}  // namespace

std::string to_column(const std::vector<std::string>& list) { return nlohmann::json(list).dump(); }

std::vector<std::string> to_list(const std::string& column) {
  if (column.empty()) return {};  // a row older than the column
  if (auto plain = plain_list(column)) return std::move(*plain);
  try {
    return nlohmann::json::parse(column).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw StoreError("a column is no list of texts");
  }
}

}  // namespace waf::io
