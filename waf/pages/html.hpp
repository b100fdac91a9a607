// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace waf::pages {

/// Text made safe for element content and quoted attributes.
[[nodiscard]] std::string escape(std::string_view text);

/// A whole page in our look; `body` is HTML.
[[nodiscard]] std::string document(std::string_view title, std::string_view body);

/// The style sheet of all pages, served at `stylesheet_path`.
[[nodiscard]] const std::string& stylesheet();
inline constexpr std::string_view stylesheet_path = "/waf.css";

}  // namespace waf::pages
