// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "waf/accounts/authenticated_user.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"

namespace waf {

/// The work that has a directory check the password; nothing for a name that is none's.
[[nodiscard]] std::optional<directory::DirectoryLogin> directory_login(
    const EndpointContext& context, std::string_view user_name, const std::string& password);

struct DirectoryLoginOutcome {
  enum class Kind {
    accepted,
    refused,      // whatever the reason: it is in the log
    unavailable,  // says nothing about the password
    overloaded,
  };
  Kind kind = Kind::refused;
  User user;  // when accepted, with his account made or brought up to date
  AuthenticatedUser login;
};

/// What the directory's verdict comes to. A good password of somebody who may not log in here is
/// answered like a wrong one.
[[nodiscard]] DirectoryLoginOutcome judge_directory_login(EndpointContext& context,
                                                          std::string_view user_name,
                                                          WorkResult result, SystemTime now);

}  // namespace waf
