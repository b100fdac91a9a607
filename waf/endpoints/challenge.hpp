// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// POST /authorize-challenge (draft-ietf-oauth-first-party-apps, token-auth 3.6): a client of our
/// own, authenticated, takes its user's password and second factor itself and gets a code for them.
/// Throttled with the login page's counters.
[[nodiscard]] Answer handle_challenge(EndpointContext& context, const common::HttpRequest& http,
                                      SystemTime now);

}  // namespace waf
