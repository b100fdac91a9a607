// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "waf/directory/directory.hpp"

namespace waf::directory {

/// Which directory a typed name belongs to, and what the user is called there.
struct RealmMatch {
  const Directory* directory = nullptr;
  std::string user_name;
  bool named = false;  // the realm stood in the name, so that no local user can be meant
};

/// A realm in the name ("user@corp.example", "CORP\user", compared without case) decides; a name
/// without one goes to the first directory that asks for none. Nothing when no directory fits.
[[nodiscard]] std::optional<RealmMatch> find_realm(const std::vector<Directory>& directories,
                                                   std::string_view typed);

}  // namespace waf::directory
