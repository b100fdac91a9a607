// SPDX-License-Identifier: Apache-2.0
#include "waf/io/work_queue.hpp"

namespace waf::io {

WorkQueue::WorkQueue(std::size_t threads, std::size_t capacity, common::Gauge length)
    : capacity_(capacity), length_(length) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkQueue::~WorkQueue() { stop(); }

void WorkQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool WorkQueue::post(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    if (ending_ || jobs_.size() >= capacity_) return false;
    jobs_.push_back(std::move(job));
    length_.set(static_cast<double>(jobs_.size()));
  }
  wake_.notify_one();
  return true;
}

void WorkQueue::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    length_.set(static_cast<double>(jobs_.size()));
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

}  // namespace waf::io
