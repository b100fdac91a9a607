// SPDX-License-Identifier: Apache-2.0
#include "waf/io/store_commands.hpp"

#include <iostream>
#include <memory>

#include "waf/io/maintenance.hpp"
#include "waf/io/workplace.hpp"

namespace waf::io {
namespace {

/// Only the file's name is needed: a damaged store must not stop its check.
std::filesystem::path store_of(const std::string& config) {
  return read_config(common::ConfigTable::load(config)).store;
}

}  // namespace

void add_store_commands(CLI::App& app, std::string& config) {
  CLI::App* store = app.add_subcommand("store", "The store's file");
  store->require_subcommand(1);
  const auto target = std::make_shared<std::string>();
  CLI::App* backup = add_command(*store, config, "backup",
                                 "Copy the store as it is at one moment; the server may run");
  backup->add_option("file", *target, "New file for the copy")->required();
  backup->callback([&config, target] { backup_store(store_of(config), *target); });
  add_command(*store, config, "check", "Look for damage; exit status 1 when there is any")
      ->callback([&config] {
        const auto problems = check_store(store_of(config));
        for (const auto& problem : problems) std::cout << problem << "\n";
        if (!problems.empty()) throw std::runtime_error("the store is damaged");
        std::cout << "ok\n";
      });
}

}  // namespace waf::io
