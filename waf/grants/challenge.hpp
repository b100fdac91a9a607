// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

/// Among a client's grant types: it may use the first-party challenge.
inline constexpr std::string_view challenge_permission = "authorization_challenge";

/// An attempt under way, and the handle its client brings back ("auth_session").
struct Challenge {
  ChallengeSession session;
  std::string handle;  // secret
};

/// draft-ietf-oauth-first-party-apps, section 5: a new attempt, or that of the request's
/// auth_session, which must belong to this client and to what it proved at first.
/// Errc::unauthorized_client for clients that are public or not registered for it,
/// Errc::invalid_session, Errc::invalid_request, Errc::invalid_scope.
[[nodiscard]] common::Result<Challenge> open_challenge(GrantContext& context,
                                                       const TokenRequest& request, SystemTime now);

/// One more answer was wrong. False when there were too many: the attempt is over.
[[nodiscard]] bool note_wrong_answer(GrantContext& context, Challenge& challenge);

/// The attempt goes on with its next request.
void keep_challenge(GrantContext& context, const Challenge& challenge);

/// The code for what was asked, as after a login page. The attempt is over.
[[nodiscard]] std::string finish_challenge(GrantContext& context, const Challenge& challenge,
                                           const LoginFacts& login, SystemTime now);

}  // namespace waf
