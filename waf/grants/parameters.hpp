// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http.hpp"

namespace waf {

/// OAuth parameters of a query or form: an empty value counts as absent and a repeated name is
/// remembered, since it makes the whole request invalid (OAuth 2.1 section 3.1). Only `resource`
/// (RFC 8707) and `audience` (RFC 8693) may come several times.
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(const common::FormFields& fields);

  [[nodiscard]] bool has(std::string_view name) const { return !get(name).empty(); }
  /// Empty text when absent; the first of several.
  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  [[nodiscard]] bool is_repeated(std::string_view name) const;
  /// All that have a value.
  [[nodiscard]] const common::FormFields& fields() const { return values_; }
  [[nodiscard]] bool has_repeated() const { return !repeated_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> values_;  // few: a search costs less than a map
  std::vector<std::string> repeated_;
};

}  // namespace waf
