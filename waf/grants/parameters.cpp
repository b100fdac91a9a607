// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/parameters.hpp"

namespace waf {

Parameters::Parameters(const common::FormFields& fields) {
  std::set<std::string, std::less<>> seen;
  for (const auto& [name, value] : fields) {
    if (!seen.insert(name).second) repeated_.insert(name);
    if (!value.empty()) values_.emplace(name, value);
  }
}

const std::string& Parameters::get(std::string_view name) const {
  static const std::string absent;
  const auto found = values_.find(name);
  return found == values_.end() ? absent : found->second;
}

}  // namespace waf
