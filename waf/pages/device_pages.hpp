// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/time.hpp"
#include "waf/pages/layout.hpp"

namespace waf::pages {

/// Where the code of a device is typed (RFC 8628 section 3.3).
struct DeviceEntry {
  std::string csrf;
  std::string user_code;  // filled in already
  std::string error;
};
[[nodiscard]] std::string device_entry(const Look& look, const DeviceEntry& entry);

/// Which device asks for what, and the user's yes or no.
struct DeviceConfirmation {
  std::string csrf;
  std::string sealed;  // hidden field "device"
  std::string client_name;
  std::string user_name;
  std::string user_code;
  std::vector<std::string> scopes;
  std::string source;
  common::SystemTime asked_at{};
};
[[nodiscard]] std::string device_confirm(const Look& look, const DeviceConfirmation& device);

}  // namespace waf::pages
