// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "common/http.hpp"
#include "waf/accounts/authenticated_user.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// A user name and a password as they were typed.
struct PrimaryAttempt {
  std::string user_name;
  std::string password;      // secret
  common::HttpRequest http;  // for the peer's address and the browser's cookies
};

struct PrimaryOutcome {
  enum class Kind {
    accepted,
    wrong,        // one answer for every reason, or it would tell which users there are
    throttled,    // wait, then try again
    overloaded,   // the same, but nothing was checked
    unavailable,  // the directory does not answer: not the user's mistake
  };
  Kind kind = Kind::wrong;
  AuthenticatedUser user;  // when accepted
  seconds wait{0};
};

/// Checks the first factor wherever the user's password lives, throttled by account and address;
/// `done` makes the answer. The login page, the first-party challenge and every other place that
/// takes a password go through here, so that none is a way around the limits.
[[nodiscard]] Answer check_primary(EndpointContext& context, PrimaryAttempt attempt, SystemTime now,
                                   std::function<Answer(const PrimaryOutcome&, SystemTime)> done);

/// The user name as the store has it.
[[nodiscard]] std::string normalised_user_name(std::string_view typed);

}  // namespace waf
