// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "waf/endpoints/context.hpp"

namespace waf {

[[nodiscard]] bool has_second_factor(EndpointContext& context, std::string_view user_id);

/// What a typed code of the authenticator app, or a recovery code, was worth.
struct CodeOutcome {
  enum class Kind { accepted, wrong, throttled };
  Kind kind = Kind::wrong;
  seconds wait{0};  // when throttled
};
/// Each code works once. Wrong ones are counted by account: only who knows the first factor gets
/// here and can make the count grow.
[[nodiscard]] CodeOutcome check_code(EndpointContext& context, const std::string& user_id,
                                     std::string_view typed, SystemTime now);

/// The methods of a login whose code was accepted (RFC 8176).
[[nodiscard]] std::vector<std::string> with_code(std::vector<std::string> amr);

/// The secret of an app, sealed for the store.
[[nodiscard]] std::string seal_totp(EndpointContext& context, const std::string& user_id,
                                    std::string_view secret);

/// New recovery codes in place of the old ones, to be shown once.
[[nodiscard]] std::vector<std::string> make_recovery_codes(EndpointContext& context,
                                                           const std::string& user_id);

}  // namespace waf
