// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/config.hpp"
#include "waf/io/key_vault.hpp"

namespace waf::io {

/// The table [keys]. Reads the files of passphrase and PIN; throws common::ConfigError.
[[nodiscard]] KeyOptions read_keys(const common::ConfigTable& table);

}  // namespace waf::io
