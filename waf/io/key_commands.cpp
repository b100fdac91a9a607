// SPDX-License-Identifier: Apache-2.0
#include "waf/io/key_commands.hpp"

#include <iostream>
#include <memory>

#include "waf/io/clock.hpp"
#include "waf/io/workplace.hpp"
#include "waf/tokens/key_life.hpp"

namespace waf::io {
namespace {

void list_keys(const std::string& config) {
  Workplace place(config);
  const SystemTime time = now();
  for (const KeyRecord& key : place.store.keys()) {
    std::cout << key.kid << "\t" << name_of(key.algorithm) << "\t" << key_state(key, time)
              << "\tsigns from " << common::unix_seconds(key.sign_from) << "\tpublished until "
              << common::unix_seconds(key.publish_until) << "\n";
  }
}

void rotate_keys(const std::string& config, const std::string& name) {
  Workplace place(config);
  const auto algorithm = name.empty() ? std::optional(place.config.keys.algorithms.front())
                                      : common::jose::algorithm_from(name);
  if (!algorithm) throw std::runtime_error("no such algorithm: " + name);
  const KeyRecord key =
      place.key_store.rotate(place.config.settings, *algorithm, place.random, now());
  std::cout << key.kid << "\tsigns from " << common::unix_seconds(key.sign_from) << "\n";
}

}  // namespace

void add_key_commands(CLI::App& app, std::string& config) {
  CLI::App* keys = app.add_subcommand("keys", "Signing keys");
  keys->require_subcommand(1);
  // Filled by the parser, read by the command: they live as long as the commands.
  const auto kid = std::make_shared<std::string>();
  const auto algorithm = std::make_shared<std::string>();
  add_command(*keys, config, "list", "List the keys")->callback([&config] { list_keys(config); });
  CLI::App* rotate =
      add_command(*keys, config, "rotate", "Make a new key; the server goes over to it by itself");
  rotate->add_option("--algorithm", *algorithm,
                     "ES256, RS256 or EdDSA; default: the first configured");
  rotate->callback([&config, algorithm] { rotate_keys(config, *algorithm); });
  CLI::App* retire = add_command(*keys, config, "retire",
                                 "Let a key sign no longer; published until its tokens have ended");
  retire->add_option("kid", *kid)->required();
  retire->callback([&config, kid] {
    Workplace place(config);
    place.key_store.retire(*kid, place.config.settings, now());
  });
  CLI::App* drop = add_command(*keys, config, "drop", "Unpublish a key at once, as after a theft");
  drop->add_option("kid", *kid)->required();
  drop->callback([&config, kid] {
    Workplace place(config);
    place.key_store.drop(*kid, place.random, now());
  });
}

}  // namespace waf::io
