// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/http.hpp"
#include "waf/pages/html.hpp"

namespace waf::pages {

/// A labelled input. Hint and error are tied to it, so that a screen reader says them with it.
struct Field {
  std::string_view name;  // also makes its id
  std::string label;
  std::string_view type = "text";
  std::string value = {};
  std::string_view autocomplete = "off";
  std::string_view inputmode = {};       // "numeric"
  std::string_view autocapitalize = {};  // "characters"
  std::string_view css = {};
  int maxlength = 128;
  bool required = true;
  bool autofocus = false;
  std::string hint = {};
  std::string error = {};
};
[[nodiscard]] Html input(const Field& field);
[[nodiscard]] Html hidden(std::string_view name, std::string_view value);

struct Button {
  std::string label;
  std::string_view kind = {};  // "", "quiet", "danger"
  std::string_view name = {};
  std::string value = {};
  bool small = false;
};
[[nodiscard]] Html button(const Button& button);

/// A form that is posted to one of our paths. Always with a synchronizer token (csrf_token()).
struct Form {
  std::string_view action;
  std::string csrf;
  common::FormFields hidden = {};
  Html content;
  std::string_view css = {};
};
[[nodiscard]] Html form(const Form& form);

/// A list of names and what they stand for.
[[nodiscard]] Html facts(std::initializer_list<std::pair<std::string, Html>> facts);

[[nodiscard]] Html heading(std::string_view text);
[[nodiscard]] Html subheading(std::string_view text);
[[nodiscard]] Html paragraph(const Html& content, std::string_view css = {});
/// What went wrong with the whole page, read out at once.
[[nodiscard]] Html alert(std::string_view text);
/// What was done, read out when the reader is done with the rest.
[[nodiscard]] Html notice(std::string_view text);
/// A link that looks like a button.
[[nodiscard]] Html link_button(std::string_view label, std::string_view address,
                               std::string_view kind = "quiet");

}  // namespace waf::pages
