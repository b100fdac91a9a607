// SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "common/config.hpp"
#include "common/io/core_dumps.hpp"
#include "common/log.hpp"
#include "wic-gateway/io/gateway.hpp"
#include "wic-gateway/settings.hpp"

namespace {

/// Blocked in all threads, so that only the main thread takes them, with sigwait.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

/// A connection is a descriptor: takes as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int serve(const std::filesystem::path& config) {
  const sigset_t signals = block_signals();
  raise_descriptor_limit();
  wic::Settings settings = wic::read_settings(common::ConfigTable::load(config));
  common::log::configure("wic-gateway", settings.log_level, settings.log_format);
  if (!settings.core_dumps) common::io::forbid_core_dumps();
  const std::string listen = settings.ws.listen.front().to_string();
  wic::io::Gateway gateway(std::move(settings));
  common::log::info("ready: WSS on {}", listen);
  for (int signal = 0;;) {
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal != SIGHUP) break;
    common::log::info("SIGHUP: reading certificate and keys again");
    gateway.reload();
  }
  common::log::info("stopping");
  gateway.stop();
  return 0;
}

int check(const std::filesystem::path& config) {
  static_cast<void>(wic::read_settings(common::ConfigTable::load(config)));
  std::cout << config.string() << ": good\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("WebRTC gateway of an IMS core (eP-CSCF and eIMS-AGW)", "wic-gateway");
  app.set_version_flag("--version", "wic-gateway " PROJECT_VERSION);
  app.require_subcommand(1);
  std::filesystem::path config;
  auto* serve_command = app.add_subcommand("serve", "Run the gateway");
  serve_command->add_option("--config", config, "Configuration file (TOML)")->required();
  auto* check_command = app.add_subcommand("check-config", "Check a configuration file");
  check_command->add_option("--config", config, "Configuration file (TOML)")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    return serve_command->parsed() ? serve(config) : check(config);
  } catch (const std::exception& error) {
    std::cerr << "wic-gateway: " << error.what() << "\n";
    return 1;
  }
}
