// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/result.hpp"
#include "waf/grants/authorization_request.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// A one-time code for a request whose user is logged in. Only its digest is stored.
[[nodiscard]] std::string issue_code(GrantContext& context, const AuthorizationRequest& request,
                                     const Session& session, SystemTime now);

/// OAuth 2.1 section 4.1.3. A second use that proves the verifier revokes all that the first gave;
/// one that does not is only refused, or anyone who saw the code could end the session.
[[nodiscard]] common::Result<TokenSet> redeem_code(GrantContext& context,
                                                   const TokenRequest& request, SystemTime now);

}  // namespace waf
