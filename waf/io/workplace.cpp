// SPDX-License-Identifier: Apache-2.0
#include "waf/io/workplace.hpp"

#include <stdexcept>

namespace waf::io {

Workplace::Workplace(const std::string& file)
    : config(read_config(common::ConfigTable::load(file))),
      store(config.store, config.full_sync),
      key_store(store, config.keys) {}

User Workplace::known_user(const std::string& name) {
  auto user = store.find_user_by_name(name);
  if (!user) throw std::runtime_error("no such user: " + name);
  return std::move(*user);
}

Client Workplace::known_client(const std::string& id) {
  auto client = store.find_client(id);
  if (!client) throw std::runtime_error("no such client: " + id);
  return std::move(*client);
}

CLI::App* add_command(CLI::App& parent, std::string& config, const char* name, const char* help) {
  CLI::App* out = parent.add_subcommand(name, help);
  out->add_option("--config", config, "Configuration file")->capture_default_str();
  return out;
}

}  // namespace waf::io
