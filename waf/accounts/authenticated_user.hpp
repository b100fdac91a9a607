// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/time.hpp"

namespace waf {

/// Who somebody proved to be, and how: what every way to log in ends with.
struct AuthenticatedUser {
  std::string user_id;
  std::vector<std::string> amr;  // RFC 8176: "pwd", "otp", "pop", "mfa" …
  std::string provider;          // who vouches for it; empty: this server (a directory: its name)
  std::string upstream_sid;      // the provider's name of its session
  std::string upstream_subject;  // the user's name there ("sub")
  /// The provider asked for whatever factors it wants: ours are not asked for on top, unless the
  /// client demands more than `amr` says.
  bool factors_elsewhere = false;
  /// When the provider saw the user; nothing: now.
  std::optional<common::SystemTime> auth_time;
};

}  // namespace waf
