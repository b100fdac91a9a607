// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "waf/pages/layout.hpp"

namespace waf::pages {

/// What a client of somebody else asks for; posts to /consent.
struct ConsentForm {
  std::string client_name;
  std::string display_name;
  std::vector<std::string> scopes;
  std::string csrf;
  std::string sealed;
};
[[nodiscard]] std::string consent(const Look& look, const ConsentForm& form);

/// A scope in words.
[[nodiscard]] std::string scope_text(const Look& look, std::string_view scope);

}  // namespace waf::pages
