// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "common/time.hpp"

namespace wic {

/// Spares a server that does not answer, and those who would wait for it: after `failures` in a row
/// nothing is tried for `pause`, then one request at a time until one succeeds.
class CircuitBreaker {
 public:
  CircuitBreaker(unsigned failures, std::chrono::milliseconds pause)
      : most_(failures), pause_(pause) {}

  /// Whether a request may go now. One that may must report how it ended.
  [[nodiscard]] bool admit(common::TimePoint now) {
    if (!open_until_) return true;
    if (now < *open_until_) return false;
    open_until_ = now + pause_;  // for the others, until this one has ended
    return true;
  }
  void handle_success() {
    failures_ = 0;
    open_until_.reset();
  }
  void handle_failure(common::TimePoint now) {
    if (++failures_ >= most_) open_until_ = now + pause_;
  }
  [[nodiscard]] bool is_open() const { return open_until_.has_value(); }

 private:
  unsigned most_;
  std::chrono::milliseconds pause_;
  unsigned failures_ = 0;
  std::optional<common::TimePoint> open_until_;
};

}  // namespace wic
