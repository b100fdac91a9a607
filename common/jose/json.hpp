// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "common/result.hpp"

namespace common::jose {

/// What a JSON text from a stranger may cost. A depth of 1 is an object or array of scalars.
struct JsonLimits {
  std::size_t max_bytes = 64 * 1024;
  std::size_t max_depth = 16;
};

/// Strict RFC 8259: well-formed UTF-8, no duplicate members, no trailing text, finite numbers.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, JsonLimits limits);

/// Appends `text` (UTF-8) as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace common::jose
