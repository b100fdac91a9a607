// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/http.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

struct PasswordOutcome {
  enum class Kind { right, wrong, wait };
  Kind kind = Kind::wrong;
  std::optional<User> user;  // when right
  seconds wait{0};           // nothing was checked: try again after this
};

/// Checks a password that did not come through the login page, with the login page's own counters
/// of address and account, so that this is no way around them; `done` makes the answer.
[[nodiscard]] Answer attempt_password(
    EndpointContext& context, const common::HttpRequest& http, const std::string& user_name,
    const std::string& password, SystemTime now,
    std::function<Answer(const PasswordOutcome& outcome, SystemTime now)> done);

}  // namespace waf
