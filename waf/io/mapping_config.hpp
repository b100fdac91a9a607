// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/config.hpp"
#include "waf/federation/mapping.hpp"

namespace waf::io {

/// A [providers.mapping] or [directories.mapping] table. Throws common::ConfigError.
[[nodiscard]] federation::Mapping read_mapping(const common::ConfigTable& table);

/// The text of the file that `key` names, at most 1 MiB.
[[nodiscard]] std::string read_text_file(const common::ConfigTable& table, const char* key);

}  // namespace waf::io
