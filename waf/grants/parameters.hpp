// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/http.hpp"

namespace waf {

/// OAuth parameters of a query or form: an empty value counts as absent and a repeated name is
/// remembered, since it makes the whole request invalid (OAuth 2.1 section 3.1).
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(const common::FormFields& fields);

  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  /// Empty text when absent.
  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] bool is_repeated(std::string_view name) const { return repeated_.contains(name); }
  /// All that have a value, each once.
  [[nodiscard]] common::FormFields fields() const { return {values_.begin(), values_.end()}; }
  [[nodiscard]] bool has_repeated() const { return !repeated_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string, std::less<>> repeated_;
};

}  // namespace waf
