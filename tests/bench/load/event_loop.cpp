// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/event_loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace bench {

namespace {
using std::chrono::nanoseconds;

void control(int epoll, int operation, int descriptor, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  if (epoll_ctl(epoll, operation, descriptor, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}
}  // namespace

EventLoop::EventLoop() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

EventLoop::~EventLoop() { close(epoll_); }

void EventLoop::watch(int descriptor, std::uint32_t events, Watcher& watcher) {
  const auto index = static_cast<std::size_t>(descriptor);
  if (watchers_.size() <= index) watchers_.resize(index + 64);
  watchers_[index] = &watcher;
  control(epoll_, EPOLL_CTL_ADD, descriptor, events);
}

void EventLoop::change(int descriptor, std::uint32_t events, Watcher& watcher) {
  watchers_[static_cast<std::size_t>(descriptor)] = &watcher;
  control(epoll_, EPOLL_CTL_MOD, descriptor, events);
}

void EventLoop::forget(int descriptor) {
  watchers_[static_cast<std::size_t>(descriptor)] = nullptr;
  control(epoll_, EPOLL_CTL_DEL, descriptor, 0);
}

void EventLoop::at(common::TimePoint when, Task task) { timers_.emplace(when, std::move(task)); }

bool EventLoop::run_until(const std::function<bool()>& done, common::SteadyClock::duration limit) {
  const auto deadline = common::SteadyClock::now() + limit;
  while (!done()) {
    if (common::SteadyClock::now() >= deadline) return false;
    serve_once(deadline);
  }
  return true;
}

void EventLoop::run_for(common::SteadyClock::duration time) {
  run_until([] { return false; }, time);
}

void EventLoop::serve_once(common::TimePoint until) {
  if (!timers_.empty()) until = std::min(until, timers_.begin()->first);
  const auto wait =
      std::max(nanoseconds{0}, nanoseconds{until - common::SteadyClock::now()}).count();
  const timespec timeout{wait / 1'000'000'000, wait % 1'000'000'000};
  std::array<epoll_event, 128> events;
  const int count =
      epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    // A descriptor that was forgotten by an earlier watcher of this round has none any more.
    Watcher* const watcher = watchers_[static_cast<std::size_t>(event.data.fd)];
    if (watcher != nullptr) watcher->on_ready(event.events);
  }
  run_timers(common::SteadyClock::now());
}

void EventLoop::run_timers(common::TimePoint now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

}  // namespace bench
