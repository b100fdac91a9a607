// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/layout.hpp"

#include <array>
#include <ctime>

namespace waf::pages {
namespace {

std::string utc(common::SystemTime time, const char* format) {
  const std::time_t seconds = static_cast<std::time_t>(common::unix_seconds(time));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), format, &parts);
  return {text.data(), size};
}

Html head(const Look& look, std::string_view title, const PageOptions& options) {
  Html out =
      "<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1, "
      "viewport-fit=cover\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n"_html;
  if (!options.refresh_address.empty()) {
    out += void_element("meta", {{"http-equiv", "refresh"},
                                 {"content", std::to_string(options.refresh_after.count()) +
                                                 "; url=" + options.refresh_address}});
  }
  out += element("title", Html::text(std::string(title) + " · " + look.brand().name));
  out += void_element(
      "link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", std::string(icon_path)}});
  out += void_element("link", {{"rel", "stylesheet"}, {"href", std::string(stylesheet_path)}});
  if (!options.script.empty()) {
    out += element("script", {{"src", std::string(options.script)}, {"defer"}}, {});
  }
  return out;
}

/// The mark stands for the brand's name, which a screen reader must not miss.
Html banner(const Look& look) {
  const bool own = look.brand().logo == nullptr;
  const std::string source(own ? icon_path : logo_path);
  return element("header", {{"class", "brand"}},
                 void_element("img", {{"class", own ? "mark" : "mark logo"},
                                      {"src", source},
                                      {"height", "48"},
                                      {"width", "48", own},
                                      {"alt", own ? std::string() : look.brand().name}}) +
                     element("span", {{"class", "brand-name"}, {"hidden", "", !own}},
                             Html::text(look.brand().name)));
}

}  // namespace

Look::Look() {
  static const Brand brand;
  static const Catalogue texts;
  brand_ = &brand;
  texts_ = &texts;
}

std::string page(const Look& look, std::string_view title, const Html& body,
                 const PageOptions& options) {
  const Html skip =
      element("a", {{"class", "skip"}, {"href", "#content"}}, look.html("common.skip"));
  const Html content =
      skip + element("div", {{"class", options.wide ? "card wide" : "card"}},
                     banner(look) + element("main", {{"id", "content"}, {"tabindex", "-1"}}, body));
  return "<!doctype html>\n" +
         element("html", {{"lang", look.language()}},
                 element("head", head(look, title, options)) + element("body", content))
             .str();
}

std::string duration(const Look& look, std::chrono::seconds wait) {
  if (wait <= std::chrono::seconds(2)) return look.say("common.moment");
  if (wait <= std::chrono::seconds(90)) {
    return look.say("common.seconds", {std::to_string(wait.count())});
  }
  return look.say("common.minutes",
                  {std::to_string(std::chrono::ceil<std::chrono::minutes>(wait).count())});
}

Html time_element(common::SystemTime time) {
  return element("time", {{"datetime", utc(time, "%Y-%m-%dT%H:%M:%SZ")}},
                 Html::text(utc(time, "%Y-%m-%d %H:%M UTC")));
}

std::string_view icon() {
  return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="9" fill="#0b7a75"/>
<path d="M8 16h2m3-5v10m4-14v18m4-13v8m3-4h0" stroke="#fff" stroke-width="2.4" stroke-linecap="round" fill="none"/>
</svg>
)";
}

}  // namespace waf::pages
