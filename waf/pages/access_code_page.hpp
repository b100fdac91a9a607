// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "waf/pages/layout.hpp"
#include "waf/store/device_records.hpp"

namespace waf::pages {

/// Where a user gets a code for a phone and sees the phones that are signed in (token-auth 3.2).
struct AccessCodePage {
  std::string csrf;
  std::string display_name;
  std::vector<std::string> phone_names;  // what the phone may be told as its user name
  std::string code;                      // just made, grouped; shown this once
  std::optional<SystemTime> code_until;  // a code waits, whether it is shown or not
  std::chrono::seconds code_left{0};
  std::vector<DeviceCredential> phones;
  std::vector<DeviceNotice> notices;
  std::string error;
  std::string done;  // what was just done
};
[[nodiscard]] std::string access_code(const Look& look, const AccessCodePage& page);

/// What a phone calls itself, or a word for one that says nothing.
[[nodiscard]] std::string phone_name(const Look& look, const std::string& model);

/// Counts the code's time down and hides it at its end; the page works without it.
[[nodiscard]] std::string_view access_code_script();
inline constexpr std::string_view access_code_script_path = "/access-code.js";

}  // namespace waf::pages
