// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "waf/devices/settings.hpp"

namespace waf::io {

/// [dpop], [par], [device_grant], [challenge] and [access_codes] of the whole file. Throws
/// common::ConfigError for values that do not fit together.
[[nodiscard]] DeviceSettings read_device_settings(const common::ConfigTable& file);

}  // namespace waf::io
