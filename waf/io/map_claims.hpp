// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "waf/io/program_config.hpp"

namespace waf::io {

/// What a provider's or directory's rules make of claims: lines of "what<tab>value" for
/// `waf map --dry-run`. Throws std::runtime_error with the reason when they refuse. Writes nothing.
[[nodiscard]] std::string map_claims(const ProgramConfig& config, const std::string& source,
                                     const std::string& claims_json);

/// The same with claims from a file, "-" for standard input.
[[nodiscard]] std::string map_claims_file(const ProgramConfig& config, const std::string& source,
                                          const std::string& file);

}  // namespace waf::io
