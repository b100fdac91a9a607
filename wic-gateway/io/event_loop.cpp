// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/event_loop.hpp"

#include <algorithm>
#include <stdexcept>

#include <sofia-sip/su.h>
#include <sofia-sip/su_wait.h>
#include <uv.h>

namespace wic::io {
namespace {

constexpr su_duration_t longest_sleep_ms = 1000;

su_duration_t sleep_until(std::optional<common::TimePoint> due, int uv_timeout) {
  su_duration_t sleep = longest_sleep_ms;
  if (uv_timeout >= 0) sleep = std::min<su_duration_t>(sleep, uv_timeout);
  if (due) {
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(*due - common::SteadyClock::now()).count();
    sleep = std::clamp<su_duration_t>(wait, 0, sleep);
  }
  return sleep;
}

}  // namespace

struct EventLoop::State {
  su_root_t* root = nullptr;
  uv_loop_t loop{};
  uv_async_t async{};
  su_wait_t wait{};
  bool stopped = false;
};

EventLoop::EventLoop() : state_(std::make_unique<State>()) {
  state_->root = su_root_create(nullptr);
  if (state_->root == nullptr || uv_loop_init(&state_->loop) != 0) {
    throw std::runtime_error("event loop: out of descriptors or memory");
  }
  uv_async_init(&state_->loop, &state_->async, [](uv_async_t*) {});
  su_wait_create(&state_->wait, uv_backend_fd(&state_->loop), SU_WAIT_IN);
  // The descriptor only has to end the sleep: run() serves libuv in every turn.
  su_root_register(
      state_->root, &state_->wait,
      [](su_root_magic_t*, su_wait_t*, su_wakeup_arg_t*) -> int { return 0; }, nullptr, 0);
}

EventLoop::~EventLoop() {
  su_root_unregister(state_->root, &state_->wait, nullptr, nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->async), nullptr);
  uv_run(&state_->loop, UV_RUN_NOWAIT);
  uv_loop_close(&state_->loop);
  su_root_destroy(state_->root);
}

su_root_s* EventLoop::sofia() const { return state_->root; }
uv_loop_s* EventLoop::uv() const { return &state_->loop; }

void EventLoop::run(const std::function<std::optional<common::TimePoint>()>& turn) {
  while (!state_->stopped) {
    turn();
    uv_run(&state_->loop, UV_RUN_NOWAIT);
    const auto due = turn();
    su_root_step(state_->root, sleep_until(due, uv_backend_timeout(&state_->loop)));
  }
}

void EventLoop::stop() { state_->stopped = true; }

void EventLoop::wake() { uv_async_send(&state_->async); }

}  // namespace wic::io
