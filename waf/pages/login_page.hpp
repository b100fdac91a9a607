// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "waf/pages/layout.hpp"

namespace waf::pages {

/// A way to log in elsewhere.
struct ProviderLink {
  std::string label;
  std::string address;
};

/// The login form. Works without scripts, passkeys apart.
struct LoginForm {
  std::string client_name;  // who asks; empty when the user came by himself
  std::string user_name;    // filled in already
  std::string sealed;       // hidden field "request"
  std::string csrf;         // hidden field "csrf"
  std::string error;
  std::vector<ProviderLink> providers;
  bool password_optional = false;  // a user name alone may lead to its home realm
};

[[nodiscard]] std::string login(const Look& look, const LoginForm& form);

/// Asks before the session is ended; posts to /logout.
struct LogoutForm {
  std::string display_name;
  std::string sealed;
  std::string csrf;
};

[[nodiscard]] std::string logout(const Look& look, const LogoutForm& form);

}  // namespace waf::pages
