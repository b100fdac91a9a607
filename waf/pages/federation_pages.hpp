// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/pages/layout.hpp"

namespace waf::pages {

/// Goes on to the provider by itself at once, or by its link.
[[nodiscard]] std::string leaving(const Look& look, std::string_view title,
                                  std::string_view address);

enum class LoginProblem {
  unavailable,  // the provider does not answer
  cancelled,    // the user or the provider said no
  stale,        // of another browser, used, or too late
  no_account,   // logged in there, but nobody here
  bad_answer,   // what came is not to be trusted
};
struct FailedLogin {
  LoginProblem problem = LoginProblem::bad_answer;
  std::string provider;  // as users know it
  std::string again;     // address that starts anew
  std::string other;     // address of the login page
};
[[nodiscard]] std::string login_failed(const Look& look, const FailedLogin& failed);

}  // namespace waf::pages
