// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "tests/bench/load/event_loop.hpp"
#include "tests/bench/load/latency_histogram.hpp"

namespace bench {

/// One job: does its work and calls `done` once, with whether it succeeded.
using Job = std::function<void(std::size_t index, std::function<void(bool)> done)>;

struct JobsResult {
  std::size_t succeeded = 0;
  std::size_t failed = 0;
  bool timed_out = false;
  LatencyHistogram durations;  // of those that succeeded
};

/// Runs `count` jobs, `width` at a time, so that whoever serves them is never idle.
[[nodiscard]] JobsResult run_jobs(EventLoop& loop, std::size_t count, std::size_t width,
                                  common::SteadyClock::duration limit, const Job& job);

}  // namespace bench
