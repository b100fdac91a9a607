// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "waf/settings.hpp"

namespace waf::io {

/// [[providers]], [[directories]] and [federation] of config/waf.toml, with the files they name:
/// keys, secrets, identity tables. Throws common::ConfigError.
void read_federation(const common::ConfigTable& table, Settings& out);

}  // namespace waf::io
