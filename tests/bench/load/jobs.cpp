// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/jobs.hpp"

#include <algorithm>
#include <memory>

namespace bench {

namespace {

/// Shared with callbacks that may come after a time-out.
struct Run : std::enable_shared_from_this<Run> {
  EventLoop& loop;
  std::size_t count;
  Job job;
  std::size_t next = 0;
  JobsResult result;

  Run(EventLoop& own_loop, std::size_t own_count, Job own_job)
      : loop(own_loop), count(own_count), job(std::move(own_job)) {}

  [[nodiscard]] bool finished() const { return result.succeeded + result.failed == count; }

  // From the loop, never from inside the last job's callback, which still uses what it belongs to.
  void start_soon() {
    loop.at(common::SteadyClock::now(), [self = shared_from_this()] { self->start(); });
  }

  void start() {
    if (next == count) return;
    const auto begin = common::SteadyClock::now();
    job(next++, [self = shared_from_this(), begin](bool succeeded) {
      ++(succeeded ? self->result.succeeded : self->result.failed);
      if (succeeded) self->result.durations.add(common::SteadyClock::now() - begin);
      self->start_soon();
    });
  }
};

}  // namespace

JobsResult run_jobs(EventLoop& loop, std::size_t count, std::size_t width,
                    common::SteadyClock::duration limit, const Job& job) {
  const auto run = std::make_shared<Run>(loop, count, job);
  for (std::size_t i = 0; i < std::min(width, count); ++i) run->start_soon();
  run->result.timed_out = !loop.run_until([&run] { return run->finished(); }, limit);
  run->count = run->next;  // late callbacks start nothing more
  return run->result;
}

}  // namespace bench
