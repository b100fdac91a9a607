// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "waf/settings.hpp"

namespace waf::io {

/// [brand]: whose pages these are, and in which languages they speak. Throws common::ConfigError,
/// also for a colour that text could not be read on.
void read_brand(const common::ConfigTable& table, Settings& settings);

}  // namespace waf::io
