// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ims-interface/edge_proxy.hpp"
#include "wic-gateway/call/media_controller.hpp"

namespace wic {

/// What one worker tells the admin interface.
struct WorkerReport {
  unsigned worker = 0;
  bool ready = false;     // listening, and knows the issuer's keys
  std::string not_ready;  // why not, in words
  ims::Load load;
  std::size_t connections = 0;
  std::vector<ims::RegistrationInfo> registrations;
  std::vector<std::pair<ims::CallInfo, CallMedia>> calls;
};

/// JSON texts of the admin interface; no secret is ever part of them.
[[nodiscard]] std::string health_json(const std::vector<WorkerReport>& workers);
[[nodiscard]] std::string registrations_json(const std::vector<WorkerReport>& workers);
[[nodiscard]] std::string calls_json(const std::vector<WorkerReport>& workers);
[[nodiscard]] bool all_ready(const std::vector<WorkerReport>& workers);

}  // namespace wic
