// SPDX-License-Identifier: Apache-2.0
#include "waf/io/work_queue.hpp"

namespace waf::io {

WorkQueue::WorkQueue(std::size_t threads, std::size_t capacity, common::Gauge length, Job idle,
                     std::chrono::milliseconds idle_every)
    : capacity_(capacity), length_(length), idle_(std::move(idle)), idle_every_(idle_every) {
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

void WorkQueue::post_always(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
    length_.set(static_cast<double>(jobs_.size()));
  }
  wake_.notify_one();
}

void WorkQueue::run() {
  auto next_idle = std::chrono::steady_clock::now() + idle_every_;
  std::unique_lock lock(mutex_);
  while (true) {
    const auto ready = [this] { return ending_ || !jobs_.empty(); };
    if (idle_) {
      wake_.wait_until(lock, next_idle, ready);
    } else {
      wake_.wait(lock, ready);
    }
    if (jobs_.empty() && ending_) return;
    Job job;
    if (!jobs_.empty()) {
      job = std::move(jobs_.front());
      jobs_.pop_front();
      length_.set(static_cast<double>(jobs_.size()));
    }
    lock.unlock();
    if (job) job();
    job = nullptr;
    if (idle_ && std::chrono::steady_clock::now() >= next_idle) {
      idle_();
      next_idle = std::chrono::steady_clock::now() + idle_every_;
    }
    lock.lock();
  }
}

}  // namespace waf::io
