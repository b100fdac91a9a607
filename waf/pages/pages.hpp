// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waf::pages {

/// A way to log in elsewhere.
struct ProviderLink {
  std::string label;
  std::string address;
};

/// The login form. Works without scripts; all texts are escaped here.
struct LoginForm {
  std::string client_name;  // who asks; empty when the user came by himself
  std::string user_name;    // filled in already
  std::string sealed;       // hidden field "request"
  std::string csrf;         // hidden field "csrf"
  std::string error;
  std::vector<ProviderLink> providers;
};

[[nodiscard]] std::string login(const LoginForm& form);

/// Asks before the session is ended; posts to /logout.
struct LogoutForm {
  std::string display_name;
  std::string sealed;
  std::string csrf;
};

[[nodiscard]] std::string logout(const LogoutForm& form);

/// A heading, a sentence, and a way back to the softphone.
[[nodiscard]] std::string message(std::string_view heading, std::string_view text);
[[nodiscard]] std::string problem(std::string_view heading, std::string_view text);

}  // namespace waf::pages
