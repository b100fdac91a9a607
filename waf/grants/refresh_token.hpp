// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/result.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// The first token of a grant's family.
[[nodiscard]] std::string first_refresh_token(GrantContext& context, const Grant& grant,
                                              SystemTime now);

/// RFC 9700 section 2.2.2: every use rotates the token, and the reuse of a rotated one revokes the
/// family. A client that lost the answer may repeat its request for a few seconds while nobody
/// used the successor, and gets the same successor.
[[nodiscard]] common::Result<TokenSet> redeem_refresh_token(GrantContext& context,
                                                            const TokenRequest& request,
                                                            SystemTime now);

/// RFC 7009: ends the family of a refresh token, or puts an access token on the revocation list.
/// An unknown token, or one of another client, is ignored.
void revoke_token(GrantContext& context, const Client& client, const std::string& token,
                  SystemTime now);

}  // namespace waf
