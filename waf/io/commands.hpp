// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace waf::io {

/// The command line: serve, check-config, user, client, keys, token. Returns the exit status;
/// throws std::exception for anything that stops a start.
int run_command_line(int argc, char** argv);

}  // namespace waf::io
