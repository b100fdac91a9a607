// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"

namespace waf::federation {

// Identities that come out of somebody else's claims are held to a narrower form than SIP's: no
// escapes, no parameters, no characters that mean something elsewhere, hosts in lower case.

/// "user@domain" with a served domain.
[[nodiscard]] common::Result<void> check_impi(std::string_view text,
                                              const std::vector<std::string>& domains);
/// "sip:user@domain" with a served domain, or "tel:+digits".
[[nodiscard]] common::Result<void> check_impu(std::string_view text,
                                              const std::vector<std::string>& domains);

}  // namespace waf::federation
