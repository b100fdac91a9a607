// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/devices/secret_box.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

struct MintedCode {
  SecretText code;
  SystemTime until{};
};

/// A new access code for a user who logged in just now (the caller has looked): any code of his
/// that waits is dead then. Only what verifies it is stored. Errc::too_many_attempts over the
/// hourly limit, Errc::access_denied with as many phones signed in as a user may have.
[[nodiscard]] common::Result<MintedCode> mint_access_code(GrantContext& context, const User& user,
                                                          const LoginFacts& login, SystemTime now);

/// The code of the user that waits to be typed, if there is one.
[[nodiscard]] std::optional<DeviceCredential> waiting_code(Store& store, std::string_view user_id,
                                                           SystemTime now);

/// The phones that are signed in for the user, newest first.
[[nodiscard]] std::vector<DeviceCredential> signed_in_phones(Store& store, std::string_view user_id,
                                                             SystemTime now);

/// Ends the sign-in of one of the user's phones and the tokens that its gateway holds. False when
/// it is none of his.
bool sign_out_phone(GrantContext& context, std::string_view user_id, std::string_view credential_id,
                    SystemTime now);

}  // namespace waf
