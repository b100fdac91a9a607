// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace waf::io {

/// `waf revoke user|session|client|grant|token ID`.
void add_revoke_command(CLI::App& app, std::string& config);

}  // namespace waf::io
