// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}  // namespace CLI

namespace waf::io {

/// `waf client …`: add, set, list, show, secret, disable, enable, initial-token.
void add_client_commands(CLI::App& app);

}  // namespace waf::io
