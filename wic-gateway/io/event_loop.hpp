// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "common/time.hpp"

struct su_root_s;
struct uv_loop_s;

namespace wic::io {

/// One thread's loop that serves sofia-sip and libuv together: sofia's su_root waits on the backend
/// descriptor of the libuv loop. Made, run and destroyed on the same thread.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  [[nodiscard]] su_root_s* sofia() const;
  [[nodiscard]] uv_loop_s* uv() const;

  /// Calls `turn` after everything that happened; it returns when it wants to be called next at the
  /// latest. Ends after stop().
  void run(const std::function<std::optional<common::TimePoint>()>& turn);
  void stop();

  /// Ends the loop's sleep; from any thread while the loop lives.
  void wake();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wic::io
