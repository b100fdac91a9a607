// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/pages.hpp"

#include "waf/pages/widgets.hpp"

namespace waf::pages {

std::string message(const Look& look, std::string_view title, std::string_view text) {
  return page(look, title,
              heading(title) + paragraph(Html::text(text)) +
                  link_button(look.say("common.back_to_start"), "/", ""));
}

std::string problem(const Look& look, std::string_view title, std::string_view text) {
  return page(
      look, title,
      heading(title) + alert(text) + link_button(look.say("common.back_to_start"), "/", ""));
}

}  // namespace waf::pages
