// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "common/jose/access_token.hpp"
#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

inline constexpr std::string_view pool_grant_type =
    "urn:ims-webrtc-gw:params:oauth:grant-type:pool-identity";

/// Scenario 3 of TS 23.228 Annex U: a WWSF's client is given an identity of its pool, with access
/// and refresh token. The identity is leased in the same transaction, so that no two have it; the
/// lease lives as long as the refresh chain and ends with its revocation. Errc::pool_exhausted when
/// all are in use or in quarantine.
[[nodiscard]] common::Result<TokenSet> allocate_identity(GrantContext& context,
                                                         const TokenRequest& request,
                                                         SystemTime now);

/// Whom a grant's tokens speak of: its user, or its pool's identity while the lease lives. Nothing
/// when there is none any more, or the user is disabled.
[[nodiscard]] std::optional<User> subject_of(GrantContext& context, const Grant& grant,
                                             SystemTime now);

/// The lease of a pool's grant goes on until `until`, the end of its new refresh token.
void extend_lease(GrantContext& context, const Grant& grant, SystemTime until);

/// How long a refresh token of the grant lives without being used.
[[nodiscard]] seconds idle_life(const Settings& settings, const Grant& grant);

/// ims.mode and the WWSF's identity.
void mark_as_pool(const Settings& settings, const Grant& grant, common::jose::AccessToken& claims);

}  // namespace waf
