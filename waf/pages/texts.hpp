// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/pages/english.hpp"
#include "waf/pages/html.hpp"

namespace waf::pages {

/// The name of a text in english.hpp, looked up when this is compiled: a name that is not there is
/// an error of the compiler.
class TextKey {
 public:
  consteval TextKey(const char* name) : index_(find(name)) {}
  [[nodiscard]] constexpr std::size_t index() const { return index_; }

 private:
  static consteval std::size_t find(std::string_view name) {
    for (std::size_t i = 0; i < english.size(); ++i) {
      if (english[i].key == name) return i;
    }
    throw "no text of that name in english.hpp";
  }
  std::size_t index_;
};

/// All texts of the pages in one language; what it lacks is English.
class Catalogue {
 public:
  Catalogue() = default;
  /// `texts`: by name. Fails for a name that no page uses and for placeholders that differ.
  [[nodiscard]] static common::Result<Catalogue> make(
      std::string language, const std::map<std::string, std::string>& texts);

  [[nodiscard]] const std::string& language() const { return language_; }
  /// `{0}`, `{1}` … are replaced by the arguments. Plain text: escape it.
  [[nodiscard]] std::string say(TextKey key,
                                std::initializer_list<std::string_view> arguments = {}) const;
  /// The same as HTML: the text is escaped, the arguments are HTML already.
  [[nodiscard]] Html rich(TextKey key, std::initializer_list<Html> arguments) const;

 private:
  [[nodiscard]] std::string_view pattern(TextKey key) const;
  std::string language_ = "en";
  std::map<std::size_t, std::string> texts_;
};

/// The languages of this server; English is always there.
class Catalogues {
 public:
  void add(Catalogue catalogue);
  /// By ui_locales (OpenID Connect Core 3.1.2.1), then by Accept-Language.
  [[nodiscard]] const Catalogue& choose(std::string_view ui_locales,
                                        std::string_view accept_language) const;
  [[nodiscard]] std::vector<std::string> languages() const;

 private:
  [[nodiscard]] const Catalogue* find(std::string_view tag) const;
  Catalogue english_;
  std::map<std::string, Catalogue, std::less<>> others_;
};

}  // namespace waf::pages
