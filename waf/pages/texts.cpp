// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/texts.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "common/errc.hpp"

namespace waf::pages {
namespace {

/// Calls `plain` for each stretch of text and `argument` for each {n}.
void walk(std::string_view pattern, const std::function<void(std::string_view)>& plain,
          const std::function<void(std::size_t)>& argument) {
  std::size_t from = 0;
  for (std::size_t i = 0; i + 2 < pattern.size(); ++i) {
    const char digit = pattern[i + 1];
    if (pattern[i] != '{' || pattern[i + 2] != '}' || digit < '0' || digit > '9') continue;
    plain(pattern.substr(from, i - from));
    argument(static_cast<std::size_t>(digit - '0'));
    from = i + 3;
    i += 2;
  }
  plain(pattern.substr(from));
}

std::set<std::size_t> placeholders(std::string_view pattern) {
  std::set<std::size_t> out;
  walk(
      pattern, [](std::string_view) {}, [&out](std::size_t n) { out.insert(n); });
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The next language tag of a list parted by blanks or commas; parameters (";q=0.5") are dropped:
/// browsers send the preferred ones first.
std::string_view next_tag(std::string_view& rest) {
  const std::size_t begin = std::min(rest.find_first_not_of(" ,"), rest.size());
  const std::size_t end = std::min(rest.find_first_of(" ,", begin), rest.size());
  const std::string_view tag = rest.substr(begin, end - begin);
  rest.remove_prefix(end);
  return tag.substr(0, tag.find(';'));
}

constexpr int most_tags = 16;

}  // namespace

common::Result<Catalogue> Catalogue::make(std::string language,
                                          const std::map<std::string, std::string>& texts) {
  Catalogue out;
  out.language_ = std::move(language);
  for (const auto& [key, text] : texts) {
    const auto* found = std::find_if(english.begin(), english.end(),
                                     [&key = key](const auto& entry) { return entry.key == key; });
    if (found == english.end()) {
      return common::fail(common::Errc::invalid_encoding, "no page has a text " + key);
    }
    if (placeholders(text) != placeholders(found->text)) {
      return common::fail(common::Errc::invalid_encoding,
                          key + " needs the placeholders of \"" + std::string(found->text) + "\"");
    }
    out.texts_.emplace(static_cast<std::size_t>(found - english.begin()), text);
  }
  return out;
}

std::string_view Catalogue::pattern(TextKey key) const {
  const auto found = texts_.find(key.index());
  return found == texts_.end() ? english[key.index()].text : std::string_view(found->second);
}

std::string Catalogue::say(TextKey key, std::initializer_list<std::string_view> arguments) const {
  std::string out;
  walk(
      pattern(key), [&out](std::string_view text) { out += text; },
      [&](std::size_t n) {
        if (n < arguments.size()) out += arguments.begin()[n];
      });
  return out;
}

Html Catalogue::rich(TextKey key, std::initializer_list<Html> arguments) const {
  Html out;
  walk(
      pattern(key), [&out](std::string_view text) { out += Html::text(text); },
      [&](std::size_t n) {
        if (n < arguments.size()) out += arguments.begin()[n];
      });
  return out;
}

void Catalogues::add(Catalogue catalogue) {
  std::string tag = lower(catalogue.language());
  others_.insert_or_assign(std::move(tag), std::move(catalogue));
}

const Catalogue* Catalogues::find(std::string_view tag) const {
  const std::string name = lower(tag);
  if (const auto exact = others_.find(name); exact != others_.end()) return &exact->second;
  const std::string primary = name.substr(0, name.find('-'));
  if (const auto found = others_.find(primary); found != others_.end()) return &found->second;
  return primary == english_.language() ? &english_ : nullptr;
}

const Catalogue& Catalogues::choose(std::string_view ui_locales,
                                    std::string_view accept_language) const {
  for (std::string_view list : {ui_locales, accept_language}) {
    for (int i = 0; i < most_tags && !list.empty(); ++i) {
      if (const Catalogue* found = find(next_tag(list))) return *found;
    }
  }
  return english_;
}

std::vector<std::string> Catalogues::languages() const {
  std::vector<std::string> out = {english_.language()};
  for (const auto& [tag, catalogue] : others_) out.push_back(catalogue.language());
  return out;
}

}  // namespace waf::pages
