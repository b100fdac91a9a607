// SPDX-License-Identifier: Apache-2.0
#include "waf/io/logic_loop.hpp"

#include <algorithm>
#include <utility>

namespace waf::io {

LogicLoop::LogicLoop(std::size_t capacity, common::Gauge length, Hooks hooks)
    : capacity_(capacity), length_(length), hooks_(std::move(hooks)) {
  thread_ = std::thread([this] { run(); });
}

LogicLoop::~LogicLoop() { stop(); }

void LogicLoop::stop() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

bool LogicLoop::post(Job job) {
  const std::scoped_lock lock(mutex_);
  if (ending_ || jobs_.size() >= capacity_) return false;
  jobs_.push_back(std::move(job));
  return true;
}

void LogicLoop::wake() { wake_.notify_one(); }

void LogicLoop::post_always(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
}

/// In pieces: a batch's first answer waits for its last job.
void LogicLoop::do_batch(std::vector<Job>& batch) {
  for (std::size_t begin = 0; begin < batch.size(); begin += largest_batch) {
    const std::size_t end = std::min(begin + largest_batch, batch.size());
    hooks_.begin_batch();
    for (std::size_t i = begin; i < end; ++i) std::exchange(batch[i], nullptr)();
    hooks_.end_batch();
  }
  batch.clear();
}

void LogicLoop::run() {
  auto next_idle = std::chrono::steady_clock::now() + hooks_.idle_every;
  std::vector<Job> batch;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait_until(lock, next_idle, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty() && ending_) return;
    batch.swap(jobs_);
    lock.unlock();
    length_.set(static_cast<double>(batch.size()));
    do_batch(batch);
    if (std::chrono::steady_clock::now() >= next_idle) {
      hooks_.idle();
      next_idle = std::chrono::steady_clock::now() + hooks_.idle_every;
    }
    lock.lock();
  }
}

}  // namespace waf::io
