// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "waf/io/program_config.hpp"

namespace waf::io {

/// Runs the server until SIGTERM or SIGINT.
void serve(const ProgramConfig& config);

}  // namespace waf::io
