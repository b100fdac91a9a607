// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/sip/message.hpp"

namespace ims {

/// True when `uri` is one of `identities` as addresses of record (R01).
[[nodiscard]] bool is_own_identity(std::string_view uri,
                                   const std::vector<std::string>& identities);

/// The identity that a request from a WIC may claim: the registered one that P-Preferred-Identity
/// names, else the one From names, else the default (first). `identities` must not be empty.
[[nodiscard]] const std::string& choose_identity(const sip::Message& request,
                                                 const std::vector<std::string>& identities);

/// Puts P-Asserted-Identity in place of what the WIC preferred (SES-05, RFC 3325).
void assert_identity(sip::Message& message, const std::string& identity);

}  // namespace ims
