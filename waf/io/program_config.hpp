// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/config.hpp"
#include "common/io/http_server.hpp"
#include "waf/io/fetcher.hpp"
#include "waf/io/key_vault.hpp"
#include "waf/settings.hpp"
#include "waf/store/records.hpp"

namespace waf::io {

/// A user of the configuration file. Without an id: that is given when the store first sees him.
struct DeclaredUser {
  User user;
  std::string password;  // demonstrations only; secret
};

/// All of config/waf.toml.
struct ProgramConfig {
  Settings settings;
  common::io::HttpServerOptions https;
  common::io::HttpServerOptions mtls;   // no addresses: nobody is asked for a certificate
  common::io::HttpServerOptions admin;  // no addresses: no admin listener
  std::filesystem::path store;
  bool full_sync = true;
  KeyOptions keys;
  std::filesystem::path page_folder;
  std::optional<std::filesystem::path> page_config;
  std::size_t hash_threads = 1;
  std::size_t hash_queue = 32;
  std::size_t request_queue = 1024;
  FetcherOptions outbound;
  std::filesystem::path device_key;  // file of the key that access codes are kept with
  bool core_dumps = false;
  std::string log_level;
  std::string log_format;
  std::vector<Client> clients;
  std::vector<DeclaredUser> users;
};

/// Throws common::ConfigError for unknown keys, wrong types and values that do not fit together.
[[nodiscard]] ProgramConfig read_config(const common::ConfigTable& table);

}  // namespace waf::io
