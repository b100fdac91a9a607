// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// RFC 8693: a user's access token for one service becomes a token for another. The client must be
/// the token's own or serve its audience, and may ask for its registered resources only. Scope
/// never widens, the new token ends no later than the one it came from, and since it belongs to the
/// same grant and session it is revoked with them. Whoever acts for the user stands in `act`.
[[nodiscard]] common::Result<TokenSet> exchange_token(GrantContext& context,
                                                      const TokenRequest& request, SystemTime now);

}  // namespace waf
