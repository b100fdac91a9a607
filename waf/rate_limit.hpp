// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace waf {

using std::chrono::seconds;

struct RateLimit {
  std::int64_t count = 0;  // allowed at once, refilled evenly over `period`
  seconds period{60};
};

}  // namespace waf
