// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

inline constexpr std::string_view access_code_grant =
    "urn:ims-webrtc-gw:params:oauth:grant-type:sip-access-code";

/// token-auth 3.3 and 3.4: a gateway exchanges the code that a user typed into a phone, or the
/// Digest proof of it, for tokens that it keeps for that phone. The first use turns the code into
/// the credential of that phone, which alone may go on using it. Every refusal that concerns the
/// code is one and the same Errc::invalid_grant.
[[nodiscard]] common::Result<TokenSet> redeem_access_code(GrantContext& context,
                                                          const TokenRequest& request,
                                                          SystemTime now);

}  // namespace waf
