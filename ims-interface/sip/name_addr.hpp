// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.hpp"

namespace ims::sip {

/// ";name=value" lists of header fields; values as written (quotes kept).
class Parameters {
 public:
  [[nodiscard]] static Parameters parse(std::string_view text);  // with or without leading ';'
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  /// The value as written, "" for a parameter without one; nothing when missing.
  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;
  void set(std::string_view name, std::string value);  // empty value: bare parameter
  void remove(std::string_view name);
  [[nodiscard]] std::string to_string() const;  // with leading ';' unless empty

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

/// One value of From, To, Contact, Route, Path, P-Asserted-Identity, …
struct NameAddr {
  std::string display;  // as written, quotes kept
  std::string uri;      // text of the URI
  Parameters parameters;

  [[nodiscard]] static common::Result<NameAddr> parse(std::string_view value);
  [[nodiscard]] std::string to_string() const;  // always with <>
};

}  // namespace ims::sip
