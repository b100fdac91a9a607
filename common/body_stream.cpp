// SPDX-License-Identifier: Apache-2.0
#include "common/body_stream.hpp"

#include <mutex>
#include <utility>

namespace common {

struct BodyStream::State {
  explicit State(std::size_t most) : capacity(most) {}

  void ring() const {
    if (wake) wake();
  }

  const std::size_t capacity;
  std::mutex mutex;
  std::function<void()> wake;
  std::string unsent;
  bool finished = false;
  bool closed = false;
};

BodyStream::BodyStream(std::size_t max_unsent_bytes)
    : state_(std::make_unique<State>(max_unsent_bytes)) {}

BodyStream::~BodyStream() = default;

bool BodyStream::write(std::string_view text) {
  State& s = *state_;
  const std::scoped_lock lock(s.mutex);
  if (s.closed || s.finished) return false;
  if (s.unsent.size() + text.size() > s.capacity) {
    s.closed = true;
  } else {
    s.unsent += text;
  }
  s.ring();
  return !s.closed;
}

void BodyStream::finish() {
  const std::scoped_lock lock(state_->mutex);
  state_->finished = true;
  state_->ring();
}

bool BodyStream::closed() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->closed;
}

void BodyStream::attach(std::function<void()> wake) {
  const std::scoped_lock lock(state_->mutex);
  state_->wake = std::move(wake);
  if (!state_->unsent.empty() || state_->finished || state_->closed) state_->ring();
}

BodyStream::Piece BodyStream::take() {
  const std::scoped_lock lock(state_->mutex);
  return {std::exchange(state_->unsent, {}), state_->finished || state_->closed};
}

void BodyStream::close() {
  const std::scoped_lock lock(state_->mutex);
  state_->closed = true;
  state_->wake = nullptr;
  state_->unsent.clear();
}

}  // namespace common
