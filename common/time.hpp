// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace common {

using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;  // for timers; only */io/ and main.cpp read the clock

/// Wall-clock time in whole seconds, as tokens and certificates carry it.
using SystemTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

[[nodiscard]] constexpr SystemTime system_time(long long unix_seconds) {
  return SystemTime{std::chrono::seconds{unix_seconds}};
}
[[nodiscard]] constexpr long long unix_seconds(SystemTime time) {
  return time.time_since_epoch().count();
}

}  // namespace common
