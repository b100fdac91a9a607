// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "common/metrics.hpp"

namespace wic::io {

class Signalling;

/// Commands for one worker, posted from any thread and carried out on the worker's. Bounded: what
/// does not fit is refused and counted. Outlives the worker's loop; without one, tasks just wait.
class Mailbox {
 public:
  using Task = std::function<void(Signalling&)>;

  Mailbox(std::size_t limit, common::Counter refused) : limit_(limit), refused_(refused) {}

  /// False when the mailbox is full.
  bool post(Task task) {
    const std::lock_guard lock(mutex_);
    if (tasks_.size() >= limit_) {
      refused_.add();
      return false;
    }
    add(std::move(task));
    return true;
  }
  /// For the one command that must never be lost: the end.
  void post_always(Task task) {
    const std::lock_guard lock(mutex_);
    add(std::move(task));
  }

  [[nodiscard]] std::vector<Task> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(tasks_, {});
  }

  /// `wake` ends the loop's sleep; callable from any thread. Empty: no loop.
  void attach(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
    if (!tasks_.empty() && wake_) wake_();
  }

 private:
  void add(Task task) {
    tasks_.push_back(std::move(task));
    if (tasks_.size() == 1 && wake_) wake_();
  }

  std::mutex mutex_;
  std::size_t limit_;
  common::Counter refused_;
  std::vector<Task> tasks_;
  std::function<void()> wake_;
};

}  // namespace wic::io
