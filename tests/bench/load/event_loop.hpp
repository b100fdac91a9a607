// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "common/time.hpp"

namespace bench {

/// Somebody who waits for a descriptor of an EventLoop.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void on_ready(std::uint32_t events) = 0;  // EPOLLIN, EPOLLOUT, …
};

/// epoll and timers on one thread. A watcher may forget itself or others while it is served.
class EventLoop {
 public:
  using Task = std::function<void()>;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  void watch(int descriptor, std::uint32_t events, Watcher& watcher);
  void change(int descriptor, std::uint32_t events, Watcher& watcher);
  void forget(int descriptor);

  void at(common::TimePoint when, Task task);

  /// Serves until `done` holds; false when `limit` came first.
  bool run_until(const std::function<bool()>& done, common::SteadyClock::duration limit);
  void run_for(common::SteadyClock::duration time);

 private:
  void serve_once(common::TimePoint until);
  void run_timers(common::TimePoint now);

  int epoll_;
  std::vector<Watcher*> watchers_;  // by descriptor
  std::multimap<common::TimePoint, Task> timers_;
};

}  // namespace bench
