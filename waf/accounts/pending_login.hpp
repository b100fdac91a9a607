// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "waf/accounts/authenticated_user.hpp"
#include "waf/accounts/continuation.hpp"

namespace waf {

/// A login between its first factor and its session: it waits, sealed, in the browser it began in.
struct PendingLogin {
  AuthenticatedUser user;
  Continuation continuation;
};

/// `step` is what it waits for; a pending login of one step is nothing to another.
[[nodiscard]] std::string seal_pending(const EndpointContext& context, std::string_view step,
                                       const std::string& key, const PendingLogin& pending,
                                       SystemTime now);
[[nodiscard]] common::Result<PendingLogin> open_pending(const EndpointContext& context,
                                                        std::string_view step,
                                                        const common::HttpRequest& http,
                                                        std::string_view sealed, SystemTime now);

}  // namespace waf
