// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "waf/endpoints/context.hpp"

namespace waf {

[[nodiscard]] bool has_second_factor(EndpointContext& context, std::string_view user_id);

/// A code of the authenticator app, or a recovery code; each works once.
[[nodiscard]] bool accept_code(EndpointContext& context, const std::string& user_id,
                               std::string_view typed, SystemTime now);

/// The secret of an app, sealed for the store.
[[nodiscard]] std::string seal_totp(EndpointContext& context, const std::string& user_id,
                                    std::string_view secret);

/// New recovery codes in place of the old ones, to be shown once.
[[nodiscard]] std::vector<std::string> make_recovery_codes(EndpointContext& context,
                                                           const std::string& user_id);

}  // namespace waf
