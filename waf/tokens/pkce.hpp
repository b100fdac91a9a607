// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace waf {

/// RFC 7636 with S256, the only method we know.
[[nodiscard]] bool is_code_challenge(std::string_view text);  // 43 base64url characters
[[nodiscard]] bool is_code_verifier(std::string_view text);   // 43-128 unreserved characters
[[nodiscard]] bool code_verifier_matches(std::string_view verifier, std::string_view challenge);

}  // namespace waf
