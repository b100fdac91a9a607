// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/bench/load/call_driver.hpp"
#include "tests/bench/load/jobs.hpp"
#include "tests/bench/load/media_plane.hpp"
#include "tests/bench/load/process_meter.hpp"

namespace bench {

/// `count` jobs measured: how many a second, CPU of each, how long one took.
[[nodiscard]] nlohmann::json measure_jobs(EventLoop& loop, const ProcessMeter& meter,
                                          std::size_t count, std::size_t width,
                                          common::SteadyClock::duration limit, const Job& job);

/// Calls set up, heard on both sides and ended, `width` at a time.
[[nodiscard]] nlohmann::json measure_setups(EventLoop& loop, const ProcessMeter& meter,
                                            CallDriver& driver, std::size_t count,
                                            std::size_t width);

struct RelayPlan {
  std::vector<std::size_t> calls;  // ascending
  std::chrono::seconds window{5};
  double acceptable_loss = 0.001;  // more ends the climb
};

/// One result for each number of calls, until packets are lost.
[[nodiscard]] nlohmann::json measure_relay(EventLoop& loop, const ProcessMeter& meter,
                                           MediaPlane& media, CallDriver& driver,
                                           const RelayPlan& plan);

struct BesidePlan {
  std::size_t calls = 800;
  std::size_t setups_per_second = 100;
  std::chrono::seconds window{5};
};

/// What running calls feel of others that are set up and ended at a steady rate: the same window
/// without and with them.
[[nodiscard]] nlohmann::json measure_beside_setups(EventLoop& loop, const ProcessMeter& meter,
                                                   MediaPlane& media, CallDriver& driver,
                                                   const BesidePlan& plan);

}  // namespace bench
