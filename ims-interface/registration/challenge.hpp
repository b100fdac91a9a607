// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/policy.hpp"

namespace ims {

/// Value of WWW-Authenticate (RFC 8898 section 4): realm, authz_server, scope and, when a token was
/// presented, the error ("" for none: B05).
[[nodiscard]] std::string bearer_challenge(const Policy& policy, std::string_view error);

}  // namespace ims
