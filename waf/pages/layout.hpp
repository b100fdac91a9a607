// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "common/time.hpp"
#include "waf/pages/brand.hpp"
#include "waf/pages/html.hpp"
#include "waf/pages/texts.hpp"

namespace waf::pages {

/// What a page is drawn with: brand and language. Cheap to copy; refers to the server's settings.
class Look {
 public:
  Look();  // our own brand, English
  Look(const Brand& brand, const Catalogue& texts) : brand_(&brand), texts_(&texts) {}

  [[nodiscard]] const Brand& brand() const { return *brand_; }
  [[nodiscard]] const std::string& language() const { return texts_->language(); }
  [[nodiscard]] std::string say(TextKey key,
                                std::initializer_list<std::string_view> arguments = {}) const {
    return texts_->say(key, arguments);
  }
  /// The text, escaped, as element content.
  [[nodiscard]] Html html(TextKey key,
                          std::initializer_list<std::string_view> arguments = {}) const {
    return Html::text(say(key, arguments));
  }
  [[nodiscard]] Html rich(TextKey key, std::initializer_list<Html> arguments) const {
    return texts_->rich(key, arguments);
  }

 private:
  const Brand* brand_;
  const Catalogue* texts_;
};

struct PageOptions {
  bool wide = false;                 // lists rather than one form
  std::string_view script = {};      // path of a script of ours; the page works without it
  std::string refresh_address = {};  // reloads there after `refresh_after`; empty: never
  std::chrono::seconds refresh_after{0};
};

/// A whole page in our look. The body begins with its h1.
[[nodiscard]] std::string page(const Look& look, std::string_view title, const Html& body,
                               const PageOptions& options = {});

/// "a moment", "30 seconds", "15 minutes": how long somebody has to wait, rounded up.
[[nodiscard]] std::string duration(const Look& look, std::chrono::seconds wait);
/// A point of time as <time>.
[[nodiscard]] Html time_element(common::SystemTime time);

/// The style sheet of all pages with the brand's colours, served at `stylesheet_path`.
[[nodiscard]] std::string stylesheet(const Brand& brand);
inline constexpr std::string_view stylesheet_path = "/waf.css";

/// The mark of all pages and of their tabs (SVG), served at `icon_path`.
[[nodiscard]] std::string_view icon();
inline constexpr std::string_view icon_path = "/waf.svg";
/// The brand's logo file, when there is one.
inline constexpr std::string_view logo_path = "/waf-logo";

}  // namespace waf::pages
