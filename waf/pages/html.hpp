// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace waf::pages {

/// Text made safe for element content and quoted attributes.
[[nodiscard]] std::string escape(std::string_view text);

/// HTML that is safe by construction: made of literals in our source ("…"_html), of text that is
/// escaped on its way in, and of other such pieces.
class Html {
 public:
  Html() = default;
  [[nodiscard]] static Html text(std::string_view plain);
  /// Markup as it is: for what our own source put together, and an SVG that it drew.
  [[nodiscard]] static Html markup(std::string trusted);

  Html& operator+=(const Html& other) {
    text_ += other.text_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) { return std::move(left += right); }
  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

[[nodiscard]] Html operator""_html(const char* literal, std::size_t size);

/// One attribute; its name stands in our source. Left out when it `applies` not.
struct Attribute {
  std::string_view name;
  std::string value = {};  // empty: the name alone
  bool applies = true;
};

/// <tag name="value">content</tag>
[[nodiscard]] Html element(std::string_view tag, std::initializer_list<Attribute> attributes,
                           const Html& content);
[[nodiscard]] Html element(std::string_view tag, const Html& content);
/// Without content and end: input, img.
[[nodiscard]] Html void_element(std::string_view tag, std::initializer_list<Attribute> attributes);

}  // namespace waf::pages
