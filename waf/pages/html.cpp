// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/html.hpp"

namespace waf::pages {
namespace {

Html opening(std::string_view tag, std::initializer_list<Attribute> attributes) {
  std::string out = "<" + std::string(tag);
  for (const Attribute& attribute : attributes) {
    if (!attribute.applies) continue;
    out += " " + std::string(attribute.name);
    if (!attribute.value.empty()) out += "=\"" + escape(attribute.value) + "\"";
  }
  return Html::markup(std::move(out) + ">");
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

Html Html::text(std::string_view plain) { return markup(escape(plain)); }

Html Html::markup(std::string trusted) {
  Html out;
  out.text_ = std::move(trusted);
  return out;
}

Html operator""_html(const char* literal, std::size_t size) {
  return Html::markup(std::string(literal, size));
}

Html element(std::string_view tag, std::initializer_list<Attribute> attributes,
             const Html& content) {
  return opening(tag, attributes) + content + Html::markup("</" + std::string(tag) + ">");
}

Html element(std::string_view tag, const Html& content) { return element(tag, {}, content); }

Html void_element(std::string_view tag, std::initializer_list<Attribute> attributes) {
  return opening(tag, attributes);
}

}  // namespace waf::pages
