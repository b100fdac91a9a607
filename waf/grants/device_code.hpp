// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

inline constexpr std::string_view device_code_grant =
    "urn:ietf:params:oauth:grant-type:device_code";

/// What a device is told (RFC 8628 section 3.2).
struct StartedDevice {
  std::string device_code;  // secret
  std::string user_code;    // "WDJB-MJHT"
  seconds expires_in{0};
  seconds interval{5};
};

[[nodiscard]] common::Result<StartedDevice> start_device(GrantContext& context,
                                                         const TokenRequest& request,
                                                         SystemTime now);

/// What a user typed, without what people put between and in upper case; empty when it can be no
/// code of ours.
[[nodiscard]] std::string normalised_user_code(std::string_view typed);

/// As a device shows it: two groups of four.
[[nodiscard]] std::string shown_user_code(std::string_view code);

/// The device that waits under a user code; nothing when there is none, or its time is over or its
/// user has decided.
[[nodiscard]] std::optional<DeviceAuthorization> find_waiting_device(GrantContext& context,
                                                                     std::string_view typed,
                                                                     SystemTime now);
void approve_device(GrantContext& context, DeviceAuthorization device, const LoginFacts& login);
void deny_device(GrantContext& context, DeviceAuthorization device);

/// RFC 8628 section 3.4 and 3.5: a device that polls too fast has to wait longer from then on.
[[nodiscard]] common::Result<TokenSet> redeem_device_code(GrantContext& context,
                                                          const TokenRequest& request,
                                                          SystemTime now);

}  // namespace waf
