// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/pages/html.hpp"

namespace waf::pages {

/// A form that a script fills with a passkey's answer. Hidden until the script finds that the
/// browser can do it, so that a page without scripts shows no dead button.
struct PasskeyForm {
  std::string_view action;   // takes the answer
  std::string_view options;  // gives the challenge
  std::string csrf;
  std::string sealed = {};
  std::string label;   // of the button
  std::string failed;  // what is said when the browser gives no answer
  bool creates = false;
  Html content = {};  // further fields
};
[[nodiscard]] Html passkey_form(const PasskeyForm& form);

/// The script, served at `passkey_script_path`.
[[nodiscard]] std::string_view passkey_script();
inline constexpr std::string_view passkey_script_path = "/waf-passkey.js";

}  // namespace waf::pages
