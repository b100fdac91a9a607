// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
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

/// The mark of all pages and of their tabs (SVG), served at `icon_path`.
[[nodiscard]] std::string_view icon();
inline constexpr std::string_view icon_path = "/waf.svg";

/// "a moment", "30 seconds", "15 minutes": how long somebody has to wait, rounded up.
[[nodiscard]] std::string duration(std::chrono::seconds wait);

}  // namespace waf::pages
