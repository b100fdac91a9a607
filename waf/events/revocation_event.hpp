// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/store/records.hpp"

namespace waf {

/// What the event says of the kind: "jti", "grant", "sid", "sub", "epoch".
[[nodiscard]] std::string_view name_of(Revocation::Type type);

/// The claims of the signed event that a gateway follows (token-auth 6.4), in the manner of a
/// Security Event Token (RFC 8417).
[[nodiscard]] std::string event_claims(const RevocationEvent& event, std::string_view issuer,
                                       SystemTime now);

}  // namespace waf
