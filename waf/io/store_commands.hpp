// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace waf::io {

/// `waf store backup|check`.
void add_store_commands(CLI::App& app, std::string& config);

}  // namespace waf::io
