// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "common/io/system_random.hpp"
#include "waf/io/key_store.hpp"
#include "waf/io/program_config.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {

/// What the sub-commands share: the configuration and the store it names, beside a server that may
/// be running.
struct Workplace {
  explicit Workplace(const std::string& file);

  /// Throws std::runtime_error when there is no such user.
  [[nodiscard]] User known_user(const std::string& name);
  /// The same for a client.
  [[nodiscard]] Client known_client(const std::string& id);

  ProgramConfig config;
  common::io::SystemRandom random;
  SqliteStore store;
  KeyStore key_store;
};

/// A sub-command with its --config option. `config` must outlive the parsing.
CLI::App* add_command(CLI::App& parent, std::string& config, const char* name, const char* help);

}  // namespace waf::io
