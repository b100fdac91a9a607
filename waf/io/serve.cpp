// SPDX-License-Identifier: Apache-2.0
#include "waf/io/serve.hpp"

#include <pthread.h>
#include <signal.h>

#include "common/io/core_dumps.hpp"
#include "common/log.hpp"
#include "waf/io/service.hpp"

namespace waf::io {
namespace {

void reload(Service& service) {
  try {
    service.reload();
    common::log::info("signing keys and certificate read again");
  } catch (const std::exception& error) {
    common::log::error("the certificate stays as it was: {}", error.what());
  }
}

}  // namespace

void serve(const ProgramConfig& config) {
  common::log::configure("waf", config.log_level, config.log_format);
  if (!config.core_dumps) common::io::forbid_core_dumps();
  // Blocked before the first thread starts, so that every signal waits for us here.
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  Service service(config);
  service.start();
  for (const auto& endpoint : service.endpoints()) {
    common::log::info("serving {} on {}", config.settings.issuer, endpoint.to_string());
  }
  for (const auto& endpoint : service.admin_endpoints()) {
    common::log::info("metrics on http://{}/metrics", endpoint.to_string());
  }
  int received = 0;
  while (sigwait(&signals, &received) == 0 && received == SIGHUP) reload(service);
  common::log::info("stopping");
  service.stop();
}

}  // namespace waf::io
