// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/metrics.hpp"

namespace waf::io {

/// The thread that owns the server's state. It takes all jobs that wait at once, so that what a
/// batch costs (a flush to the disk, waking others) is paid once for many.
class LogicLoop {
 public:
  using Job = std::function<void()>;
  struct Hooks {
    Job begin_batch;
    Job end_batch;
    Job idle;  // at least every `idle_every`, outside of batches
    std::chrono::milliseconds idle_every{1000};
  };
  static constexpr std::size_t largest_batch = 256;

  LogicLoop(std::size_t capacity, common::Gauge length, Hooks hooks);
  ~LogicLoop();  // does what is queued, then ends
  LogicLoop(const LogicLoop&) = delete;
  LogicLoop& operator=(const LogicLoop&) = delete;

  /// False when the queue is full or ending; the job was not taken then. It waits for wake().
  [[nodiscard]] bool post(Job job);
  void wake();
  /// For the answer to a job that was already admitted: never refused, so bounded by those.
  void post_always(Job job);
  void stop();

 private:
  void run();
  void do_batch(std::vector<Job>& batch);

  std::size_t capacity_;
  common::Gauge length_;
  Hooks hooks_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace waf::io
