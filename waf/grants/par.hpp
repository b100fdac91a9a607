// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/result.hpp"
#include "waf/grants/token_request.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {

struct PushedAnswer {
  std::string request_uri;
  seconds expires_in{0};
};

/// RFC 9126 section 2: keeps the authorization request of an authenticated client until its user's
/// browser brings the request_uri. What could never be answered is refused here already.
[[nodiscard]] common::Result<PushedAnswer> push_request(GrantContext& context,
                                                        const TokenRequest& request,
                                                        SystemTime now);

/// The parameters an authorization request really has: those that were pushed under its
/// request_uri, which is spent by this, or its own when it has none. Errc::invalid_request for a
/// request_uri that is unknown, spent, late or another client's.
[[nodiscard]] common::Result<Parameters> resolve_pushed_request(GrantContext& context,
                                                                const Parameters& parameters,
                                                                SystemTime now);

/// Whether this client's requests must be pushed.
[[nodiscard]] bool must_push(const Settings& settings, const Client& client);

}  // namespace waf
