// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// OAuth 2.1 section 4.2: a client's token for itself. Its subject is the client; nothing is stored
/// but an opaque token, and there is no refresh token.
[[nodiscard]] common::Result<TokenSet> grant_client_credentials(GrantContext& context,
                                                                const TokenRequest& request,
                                                                SystemTime now);

/// Scopes that need a user: a client by itself cannot have them.
[[nodiscard]] bool is_user_scope(std::string_view scope);

/// The scopes of a request that no user stands behind: those asked for, each of which must be the
/// client's, or the client's default ones.
[[nodiscard]] common::Result<std::vector<std::string>> client_scopes(const TokenRequest& request);

}  // namespace waf
