// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace waf::io {

/// `waf keys list|rotate|retire|drop`.
void add_key_commands(CLI::App& app, std::string& config);

}  // namespace waf::io
