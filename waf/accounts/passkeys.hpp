// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "waf/endpoints/context.hpp"
#include "waf/webauthn/ceremony.hpp"

namespace waf {

/// How many passkeys one account may have.
inline constexpr std::size_t most_passkeys = 20;

/// A challenge for this browser (`key` is what binds it) and ceremony, in base64url. It proves
/// itself, so that nothing is stored for whoever only opens the page.
[[nodiscard]] std::string make_challenge(EndpointContext& context, std::string_view ceremony,
                                         std::string_view key, SystemTime now);

/// Options of a ceremony as JSON for our script.
[[nodiscard]] std::string creation_options(EndpointContext& context, const User& user,
                                           const std::string& challenge);
/// `user_id` empty: any passkey that the browser holds for us.
[[nodiscard]] std::string request_options(EndpointContext& context, const std::string& user_id,
                                          const std::string& challenge);

/// A new passkey of the user by what the browser sent; its challenge must be of `key` and fresh,
/// and works once. Stored when it is good.
[[nodiscard]] common::Result<void> register_passkey(EndpointContext& context, const User& user,
                                                    std::string_view key, std::string_view sent,
                                                    const std::string& name, SystemTime now);

/// Whose passkey that is, with the methods it stands for.
struct PasskeyUse {
  std::string user_id;
  bool user_verified = false;
};
[[nodiscard]] common::Result<PasskeyUse> use_passkey(EndpointContext& context, std::string_view key,
                                                     std::string_view sent, SystemTime now);

}  // namespace waf
