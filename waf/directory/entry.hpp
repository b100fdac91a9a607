// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "waf/directory/directory.hpp"

namespace waf::directory {

/// An entry as a search gives it; attribute names as the directory spells them.
struct Entry {
  std::string dn;
  std::map<std::string, std::vector<std::string>> attributes;
};

/// What a search has to ask for: the key, the mapping's claims, memberOf.
[[nodiscard]] std::vector<std::string> wanted_attributes(const Directory& directory);

/// The stable key; empty when the entry has none or several.
[[nodiscard]] std::string key_of(const Directory& directory, const Entry& entry);

/// Attributes as claims under the names that the mapping uses (LDAP's have no case), "dn", and
/// "groups": of memberOf values (below group_base_dn, when that is set) and of `groups`, the
/// entries that the group search found, each by name and by DN.
[[nodiscard]] federation::Claims claims_of(const Directory& directory, const Entry& entry,
                                           const std::vector<Entry>& groups);

}  // namespace waf::directory
