// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/parameters.hpp"

#include <algorithm>

namespace waf {
namespace {

bool may_repeat(std::string_view name) { return name == "resource" || name == "audience"; }

}  // namespace

Parameters::Parameters(const common::FormFields& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& [name, value] = fields[i];
    const auto end = fields.begin() + static_cast<std::ptrdiff_t>(i);
    const bool seen = std::any_of(fields.begin(), end,
                                  [&name = name](const auto& one) { return one.first == name; });
    if (seen && !may_repeat(name)) repeated_.push_back(name);
    if (!value.empty()) values_.emplace_back(name, value);
  }
}

const std::string& Parameters::get(std::string_view name) const {
  static const std::string absent;
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [name](const auto& one) { return one.first == name; });
  return found == values_.end() ? absent : found->second;
}

std::vector<std::string> Parameters::all(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [key, value] : values_) {
    if (key == name) out.push_back(value);
  }
  return out;
}

bool Parameters::is_repeated(std::string_view name) const {
  return std::find(repeated_.begin(), repeated_.end(), name) != repeated_.end();
}

}  // namespace waf
