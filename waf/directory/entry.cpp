// SPDX-License-Identifier: Apache-2.0
#include "waf/directory/entry.hpp"

#include <algorithm>

#include "common/encoding.hpp"
#include "waf/directory/filter.hpp"
#include "waf/directory/outcome.hpp"

namespace waf::directory {
namespace {

constexpr std::size_t max_value = 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

const std::vector<std::string>& values_of(const Entry& entry, std::string_view name) {
  static const std::vector<std::string> none;
  for (const auto& [known, values] : entry.attributes) {
    if (lower(known) == lower(name)) return values;
  }
  return none;
}

bool is_below(std::string_view dn, std::string_view base) {
  return base.empty() || lower(dn).ends_with("," + lower(base));
}

void add_group(std::vector<std::string>& groups, std::string name) {
  if (!name.empty() && std::find(groups.begin(), groups.end(), name) == groups.end()) {
    groups.push_back(std::move(name));
  }
}

}  // namespace

std::vector<std::string> wanted_attributes(const Directory& directory) {
  std::vector<std::string> out = {directory.key_attribute, "memberOf"};
  for (const auto& claim : directory.mapping.claims) {
    if (claim != "dn" && claim != "groups" && claim != directory.key_attribute) {
      out.push_back(claim);
    }
  }
  return out;
}

std::string key_of(const Directory& directory, const Entry& entry) {
  const auto& values = values_of(entry, directory.key_attribute);
  return values.size() == 1 ? key_text(directory.key_attribute, values.front()) : "";
}

federation::Claims claims_of(const Directory& directory, const Entry& entry,
                             const std::vector<Entry>& groups) {
  federation::Claims out;
  for (const auto& claim : directory.mapping.claims) {
    for (const auto& value : values_of(entry, claim)) {
      if (!value.empty() && value.size() <= max_value && common::is_utf8(value)) {
        out[claim].push_back(value);
      }
    }
  }
  out["dn"] = {entry.dn};
  std::vector<std::string> names;
  for (const auto& dn : values_of(entry, "memberOf")) {
    if (!is_below(dn, directory.group_base_dn)) continue;
    add_group(names, first_rdn_value(dn).value_or(""));
    add_group(names, dn);
  }
  for (const Entry& group : groups) {
    for (const auto& name : values_of(group, directory.group_name)) add_group(names, name);
    add_group(names, group.dn);
  }
  if (!names.empty()) out["groups"] = std::move(names);
  return out;
}

}  // namespace waf::directory
