// SPDX-License-Identifier: Apache-2.0
#include "waf/io/serve.hpp"

#include <pthread.h>
#include <signal.h>

#include "common/log.hpp"
#include "waf/io/service.hpp"

namespace waf::io {

void serve(const ProgramConfig& config) {
  common::log::configure("waf", config.log_level, config.log_format);
  // Blocked before the first thread starts, so that every signal waits for us here.
  sigset_t signals{};
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
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
  sigwait(&signals, &received);
  common::log::info("stopping");
  service.stop();
}

}  // namespace waf::io
