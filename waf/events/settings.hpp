// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace waf {

/// How revocations are announced to gateways (token-auth 6.4).
struct EventSettings {
  std::size_t max_followers = 64;
  std::chrono::seconds heartbeat{10};
  std::size_t max_unsent_bytes = 1024 * 1024;  // a follower that is further behind loses its stream
};

}  // namespace waf
