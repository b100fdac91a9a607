// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace ims::sdp {

/// All of `text` as an unsigned decimal number, or nothing: no sign, no blanks, no overflow.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view text) {
  Number value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Takes what stands before the next `separator` off the front of `rest`.
[[nodiscard]] inline std::string_view take(std::string_view& rest, char separator) {
  const std::size_t at = rest.find(separator);
  const std::string_view head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return head;
}

/// Like take(), for fields that several blanks may part.
[[nodiscard]] inline std::string_view take_word(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(' ');
  if (begin == std::string_view::npos) {
    rest = {};
    return {};
  }
  rest.remove_prefix(begin);
  return take(rest, ' ');
}

/// ASCII lower case: names in SDP that do not depend on case.
[[nodiscard]] inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

[[nodiscard]] inline bool equals_ignoring_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && lower(left) == lower(right);
}

}  // namespace ims::sdp
