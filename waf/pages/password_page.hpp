// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "waf/pages/layout.hpp"

namespace waf::pages {

struct PasswordForm {
  std::string_view action;
  bool forced = false;    // before a login goes on: the present password was given already
  std::string user_name;  // for password managers
  std::string csrf;
  std::string sealed;
  std::string error;
  std::string old_error;
  std::string new_error;
};
[[nodiscard]] std::string password(const Look& look, const PasswordForm& form);

}  // namespace waf::pages
