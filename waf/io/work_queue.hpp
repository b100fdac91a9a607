// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/metrics.hpp"

namespace waf::io {

/// A bounded queue of jobs and the threads that do them. With one thread it is the loop that owns
/// the server's state; with several it is the pool for password hashes.
class WorkQueue {
 public:
  using Job = std::function<void()>;

  /// `idle`, when given, is called by the only thread at least every `idle_every`.
  WorkQueue(std::size_t threads, std::size_t capacity, common::Gauge length, Job idle = {},
            std::chrono::milliseconds idle_every = std::chrono::milliseconds(1000));
  ~WorkQueue();  // does what is queued, then ends
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False when the queue is full or ending; the job was not taken then.
  [[nodiscard]] bool post(Job job);
  /// For the answer to a job that was already admitted: never refused, so bounded by those.
  void post_always(Job job);
  void stop();

 private:
  void run();

  std::size_t capacity_;
  common::Gauge length_;
  Job idle_;
  std::chrono::milliseconds idle_every_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace waf::io
