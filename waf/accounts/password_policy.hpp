// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace waf {

/// Why a new password is refused. Length and a list of what is tried first, no rules of composition
/// (NIST SP 800-63B section 5.1.1.2).
enum class PasswordFault { too_short, too_long, common, like_name };
[[nodiscard]] std::optional<PasswordFault> fault_of(std::string_view password,
                                                    std::string_view user_name);

}  // namespace waf
