// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ims::sip {

[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right);
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);  // SP and HTAB

/// Takes `text` apart at `separator`, but not inside quoted strings or <>. Parts are trimmed.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

/// Position of the first '<' outside a quoted string, or npos.
[[nodiscard]] std::size_t find_open_bracket(std::string_view text);

/// The text of a quoted-string without quotes and escapes; anything else comes back as it is.
[[nodiscard]] std::string unquote(std::string_view text);
[[nodiscard]] std::string quote(std::string_view text);

/// Decimal digits only, no sign, within 32 bits.
[[nodiscard]] std::optional<std::uint32_t> parse_number(std::string_view text);

}  // namespace ims::sip
