// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/phases.hpp"

#include <algorithm>
#include <deque>

#include <nlohmann/json.hpp>

namespace bench {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Microseconds = std::chrono::duration<double, std::micro>;

constexpr std::size_t ramp_width = 8;
constexpr auto ramp_limit = 60s;
constexpr auto settle = 1s;
constexpr auto straggle = 300ms;

json spent_json(const Usage& spent) {
  const double wall = Seconds(spent.wall).count();
  return {{"seconds", wall},
          {"gateway_cores", Seconds(spent.measured).count() / wall},
          {"generator_cores", Seconds(spent.generator).count() / wall},
          {"gateway_run_queue_wait", Seconds(spent.waited).count() / wall}};
}

void add_latency(json& result, const LatencyHistogram& histogram) {
  result["latency_p50_us"] = Microseconds(histogram.quantile(0.5)).count();
  result["latency_p99_us"] = Microseconds(histogram.quantile(0.99)).count();
  result["latency_p999_us"] = Microseconds(histogram.quantile(0.999)).count();
}

/// Brings the number of calls to `wanted`; false when the gateway does not take them.
bool climb(EventLoop& loop, CallDriver& driver, std::size_t& open, std::size_t wanted) {
  const std::size_t first = open;
  const JobsResult result =
      run_jobs(loop, wanted - first, ramp_width, ramp_limit,
               [&driver, first](std::size_t index, std::function<void(bool)> done) {
                 driver.open(first + index, std::move(done));
               });
  open = wanted;
  return result.succeeded == wanted - first;
}

json measure_level(EventLoop& loop, const ProcessMeter& meter, MediaPlane& media,
                   std::chrono::seconds window) {
  media.begin_epoch();
  const Usage before = meter.usage();
  loop.run_for(window);
  const Usage spent = meter.usage() - before;
  media.end_epoch();
  loop.run_for(straggle);
  const FlowCount& up = media.to_core();
  const FlowCount& down = media.to_wic();
  json result = spent_json(spent);
  const std::uint64_t sent = up.sent + down.sent;
  const std::uint64_t received = up.received + down.received;
  LatencyHistogram both = up.latency;
  both.merge(down.latency);
  result["packets"] = sent;
  result["packets_per_second"] = static_cast<double>(received) / Seconds(spent.wall).count();
  result["loss"] =
      sent == 0 ? 1.0 : 1.0 - static_cast<double>(received) / static_cast<double>(sent);
  result["cpu_us_per_packet"] = Microseconds(spent.measured).count() /
                                static_cast<double>(std::max<std::uint64_t>(received, 1));
  result["late_slots"] = media.late_slots();
  add_latency(result, both);
  return result;
}

}  // namespace

json measure_jobs(EventLoop& loop, const ProcessMeter& meter, std::size_t count, std::size_t width,
                  common::SteadyClock::duration limit, const Job& job) {
  const Usage before = meter.usage();
  const JobsResult jobs = run_jobs(loop, count, width, limit, job);
  const Usage spent = meter.usage() - before;
  json result = spent_json(spent);
  const double succeeded = static_cast<double>(jobs.succeeded);
  result["count"] = jobs.succeeded;
  result["failed"] = count - jobs.succeeded;
  result["timed_out"] = jobs.timed_out;
  result["per_second"] = succeeded / Seconds(spent.wall).count();
  result["cpu_ms_each"] = Milliseconds(spent.measured).count() / std::max(succeeded, 1.0);
  add_latency(result, jobs.durations);
  return result;
}

json measure_setups(EventLoop& loop, const ProcessMeter& meter, CallDriver& driver,
                    std::size_t count, std::size_t width) {
  // A slot of `width` owns its index, so that a user never has two calls.
  std::vector<std::size_t> free(width);
  for (std::size_t i = 0; i < width; ++i) free[i] = i;
  LatencyHistogram until_heard;
  json result = measure_jobs(
      loop, meter, count, width, 60s, [&](std::size_t, std::function<void(bool)> done) {
        const std::size_t index = free.back();
        free.pop_back();
        const auto begin = common::SteadyClock::now();
        driver.open(index, [&, index, begin, done = std::move(done)](bool up) {
          if (up) until_heard.add(common::SteadyClock::now() - begin);
          // Not from inside the media callback that reports the first packet.
          loop.at(common::SteadyClock::now(), [&, index, up, done] {
            driver.close(index, [&, index, up, done](bool closed) {
              free.push_back(index);
              done(up && closed);
            });
          });
        });
      });
  add_latency(result, until_heard);
  return result;
}

json measure_relay(EventLoop& loop, const ProcessMeter& meter, MediaPlane& media,
                   CallDriver& driver, const RelayPlan& plan) {
  json levels = json::array();
  std::size_t open = 0;
  for (const std::size_t calls : plan.calls) {
    if (calls > driver.capacity()) break;
    const bool all_up = climb(loop, driver, open, calls);
    loop.run_for(settle);
    json level = measure_level(loop, meter, media, plan.window);
    level["calls"] = calls;
    level["all_up"] = all_up;
    levels.push_back(level);
    if (!all_up || level["loss"].get<double>() > plan.acceptable_loss) break;
  }
  const JobsResult closed = run_jobs(loop, open, ramp_width, ramp_limit,
                                     [&driver](std::size_t index, std::function<void(bool)> done) {
                                       driver.close(index, std::move(done));
                                     });
  if (!levels.empty()) levels.back()["closed"] = closed.succeeded;
  return levels;
}

json measure_beside_setups(EventLoop& loop, const ProcessMeter& meter, MediaPlane& media,
                           CallDriver& driver, const BesidePlan& plan) {
  std::size_t open = 0;
  const bool all_up = climb(loop, driver, open, plan.calls);
  loop.run_for(settle);
  json result{{"calls", plan.calls}, {"all_up", all_up}};
  result["quiet"] = measure_level(loop, meter, media, plan.window);
  // The one that is idle longest is next: ended transactions of a user linger.
  std::deque<std::size_t> free;
  for (std::size_t i = plan.calls; i < std::min(driver.capacity(), plan.calls + 200); ++i) {
    free.push_back(i);
  }
  const std::size_t own = free.size();
  const auto interval =
      std::chrono::nanoseconds(1s) / static_cast<std::int64_t>(plan.setups_per_second);
  const auto end = common::SteadyClock::now() + plan.window;
  std::size_t done = 0;
  std::function<void()> begin_one = [&] {
    const auto now = common::SteadyClock::now();
    if (now >= end) return;
    loop.at(now + interval, begin_one);
    if (free.empty()) return;
    const std::size_t index = free.front();
    free.pop_front();
    driver.open(index, [&, index](bool up) {
      loop.at(common::SteadyClock::now(), [&, index, up] {
        driver.close(index, [&, index, up](bool closed) {
          free.push_back(index);
          done += up && closed ? 1 : 0;
        });
      });
    });
  };
  begin_one();
  result["busy"] = measure_level(loop, meter, media, plan.window);
  loop.run_until([&] { return free.size() == own; }, 10s);
  result["setups_per_second"] = static_cast<double>(done) / Seconds(plan.window).count();
  const JobsResult closed = run_jobs(loop, open, ramp_width, ramp_limit,
                                     [&driver](std::size_t index, std::function<void(bool)> gone) {
                                       driver.close(index, std::move(gone));
                                     });
  result["closed"] = closed.succeeded;
  return result;
}

}  // namespace bench
