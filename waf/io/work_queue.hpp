// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/metrics.hpp"

namespace waf::io {

/// A bounded queue of jobs and the threads that do them: the pool for password hashes.
class WorkQueue {
 public:
  using Job = std::function<void()>;

  WorkQueue(std::size_t threads, std::size_t capacity, common::Gauge length);
  ~WorkQueue();  // does what is queued, then ends
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False when the queue is full or ending; the job was not taken then.
  [[nodiscard]] bool post(Job job);
  void stop();

 private:
  void run();

  std::size_t capacity_;
  common::Gauge length_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace waf::io
