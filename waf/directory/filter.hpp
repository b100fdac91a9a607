// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace waf::directory {

/// A value inside a search filter (RFC 4515): `*`, `(`, `)`, `\`, NUL and everything that is not
/// printable ASCII become \xx.
[[nodiscard]] std::string escape_filter_value(std::string_view value);

/// A filter with its placeholders, "{user}" or "{dn}", replaced by escaped values.
[[nodiscard]] std::string fill_filter(std::string_view filter, std::string_view placeholder,
                                      std::string_view value);

/// The value of a DN's first RDN, "staff" of "cn=staff,ou=groups,dc=corp"; escapes are undone
/// (RFC 4514). Nothing for what is no DN.
[[nodiscard]] std::optional<std::string> first_rdn_value(std::string_view dn);

}  // namespace waf::directory
