// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/reg_event.hpp"

#include <array>
#include <utility>

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

using common::fail;
using sip::Errc;

constexpr std::size_t most_registrations = 64;
constexpr std::size_t most_contacts = 64;
constexpr std::string_view spaces = " \t\r\n";

std::string_view strip(std::string_view text) {
  const auto first = text.find_first_not_of(spaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(spaces) - first + 1);
}

std::string unescape(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, char>, 5> entities = {
      {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}}};
  std::string out;
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    for (const auto& [name, value] : entities) {
      if (text.starts_with(name)) {
        taken = name.size();
        c = value;
      }
    }
    out.push_back(c);
    text.remove_prefix(taken);
  }
  return out;
}

/// A start or end tag; `name` without namespace prefix.
struct Tag {
  std::string_view name;
  std::string_view attributes;
  bool end = false;
  bool empty = false;
};

/// Goes from tag to tag; comments, instructions and CDATA are passed over.
class Scanner {
 public:
  explicit Scanner(std::string_view xml) : rest_(xml) {}

  common::Result<std::optional<Tag>> next() {
    while (true) {
      const auto open = rest_.find('<');
      text_ = rest_.substr(0, open);
      if (open == std::string_view::npos) return std::optional<Tag>{};
      rest_.remove_prefix(open);
      if (rest_.starts_with("<!DOCTYPE")) return fail(Errc::malformed_value, "DOCTYPE");
      std::string_view end = ">";
      if (rest_.starts_with("<!--")) end = "-->";
      if (rest_.starts_with("<![CDATA[")) end = "]]>";
      const bool skipped = end != ">" || rest_.starts_with("<?") || rest_.starts_with("<!");
      const auto close = end == ">" ? end_of_tag() : rest_.find(end);
      if (close == std::string_view::npos) return fail(Errc::incomplete, "reginfo");
      const std::string_view inner = rest_.substr(1, close - 1);
      rest_.remove_prefix(close + end.size());
      if (!skipped) return std::optional<Tag>(cut(inner));
    }
  }

  /// Character data in front of the last tag.
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  [[nodiscard]] std::size_t end_of_tag() const {
    char quote = 0;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (quote != 0) {
        if (rest_[i] == quote) quote = 0;
      } else if (rest_[i] == '"' || rest_[i] == '\'') {
        quote = rest_[i];
      } else if (rest_[i] == '>') {
        return i;
      }
    }
    return std::string_view::npos;
  }

  static Tag cut(std::string_view inner) {
    Tag tag;
    if (inner.starts_with('/')) {
      tag.end = true;
      inner.remove_prefix(1);
    }
    if (inner.ends_with('/')) {
      tag.empty = true;
      inner.remove_suffix(1);
    }
    const auto space = inner.find_first_of(spaces);
    tag.name = inner.substr(0, space);
    if (const auto colon = tag.name.find(':'); colon != std::string_view::npos) {
      tag.name.remove_prefix(colon + 1);
    }
    if (space != std::string_view::npos) tag.attributes = inner.substr(space);
    return tag;
  }

  std::string_view rest_;
  std::string_view text_;
};

std::string attribute(std::string_view attributes, std::string_view name) {
  while (true) {
    const auto equals = attributes.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view key = strip(attributes.substr(0, equals));
    std::string_view rest = attributes.substr(equals + 1);
    const auto quote = rest.find_first_of("\"'");
    if (quote == std::string_view::npos) return {};
    const auto close = rest.find(rest[quote], quote + 1);
    if (close == std::string_view::npos) return {};
    if (key == name) return unescape(rest.substr(quote + 1, close - quote - 1));
    attributes = rest.substr(close + 1);
  }
}

common::Result<void> start_element(const Tag& tag, std::vector<RegInfoRegistration>& out) {
  if (tag.name == "registration") {
    if (out.size() >= most_registrations) return fail(Errc::too_large, "reginfo");
    out.push_back({attribute(tag.attributes, "aor"), attribute(tag.attributes, "state"), {}});
  } else if (tag.name == "contact" && !out.empty()) {
    if (out.back().contacts.size() >= most_contacts) return fail(Errc::too_large, "reginfo");
    RegInfoContact contact;
    contact.active = attribute(tag.attributes, "state") != "terminated";
    contact.event = attribute(tag.attributes, "event");
    contact.expires = sip::parse_number(attribute(tag.attributes, "expires"));
    out.back().contacts.push_back(std::move(contact));
  }
  return {};
}

}  // namespace

common::Result<std::vector<RegInfoRegistration>> parse_reginfo(std::string_view xml) {
  std::vector<RegInfoRegistration> out;
  Scanner scanner(xml);
  bool root = false;
  while (true) {
    auto tag = scanner.next();
    if (!tag) return fail(tag.error());
    if (!*tag) break;
    if ((*tag)->name == "reginfo") root = true;
    if (!(*tag)->end) {
      if (auto started = start_element(**tag, out); !started) return fail(started.error());
    } else if ((*tag)->name == "uri" && !out.empty() && !out.back().contacts.empty() &&
               out.back().contacts.back().uri.empty()) {
      out.back().contacts.back().uri = unescape(strip(scanner.text()));
    }
  }
  if (!root) return fail(Errc::malformed_value, "reginfo");
  return out;
}

}  // namespace ims
