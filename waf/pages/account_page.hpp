// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/time.hpp"
#include "waf/pages/layout.hpp"

namespace waf::pages {

struct AccountSession {
  std::string sid;
  std::string user_agent;
  std::string address;
  common::SystemTime signed_in{};
  common::SystemTime last_seen{};
  bool this_one = false;
};

struct AccountApplication {
  std::string id;
  std::string name;
  std::vector<std::string> scopes;
  common::SystemTime since{};
};

struct AccountPasskey {
  std::string id;
  std::string name;
  common::SystemTime added{};
};

struct AccountPhone {
  std::string model;
  std::string address;
  common::SystemTime since{};
};

/// What a user sees of his account, and can end.
struct AccountPage {
  std::string display_name;
  std::string user_name;
  std::string csrf;
  std::string done;  // what was just done
  std::vector<AccountSession> sessions;
  std::vector<AccountApplication> applications;
  bool has_access_codes = false;  // whether phones can be signed in with a code
  bool has_device_grant = false;  // whether devices can ask for it
  std::vector<AccountPhone> phones;
  bool has_password = false;
  std::vector<AccountPasskey> passkeys;
  bool has_totp = false;
  std::size_t recovery_codes = 0;
};
[[nodiscard]] std::string account(const Look& look, const AccountPage& account);

/// "Firefox, Linux" of a User-Agent field; empty when it says nothing known.
[[nodiscard]] std::string browser_name(std::string_view user_agent);

}  // namespace waf::pages
