// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "waf/directory/directory.hpp"

namespace waf::directory {

/// What the result of the user's bind means. `code` is LDAP's (RFC 4511 4.1.9), negative for the
/// library's own (no connection, time-out); `diagnostic` carries Active Directory's sub-code,
/// "… data 52e, …", when code is 49.
struct BindOutcome {
  DirectoryVerdict::Outcome outcome = DirectoryVerdict::Outcome::unavailable;
  Refusal refusal = Refusal::none;
};
[[nodiscard]] BindOutcome outcome_of_bind(int code, std::string_view diagnostic);

[[nodiscard]] std::string_view name_of(Refusal refusal);

/// A stable key as text: objectGUID's 16 octets in the order that Microsoft prints them, other
/// binary values in hexadecimal, text as it is. Empty for an empty value.
[[nodiscard]] std::string key_text(std::string_view attribute, std::string_view value);

}  // namespace waf::directory
