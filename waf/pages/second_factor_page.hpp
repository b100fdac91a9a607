// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "waf/pages/layout.hpp"

namespace waf::pages {

/// Posts to /login/code.
struct SecondFactorForm {
  std::string csrf;
  std::string sealed;
  std::string error;
  bool has_app = true;
  bool has_passkey = false;
};
[[nodiscard]] std::string second_factor(const Look& look, const SecondFactorForm& form);

/// Sets up an authenticator app; posts to /account/totp.
struct TotpForm {
  std::string csrf;
  std::string sealed;   // the secret
  std::string picture;  // SVG
  std::string key;      // base32
  std::string error;
};
[[nodiscard]] std::string totp_enrolment(const Look& look, const TotpForm& form);

[[nodiscard]] std::string recovery_codes(const Look& look, const std::vector<std::string>& codes);

}  // namespace waf::pages
