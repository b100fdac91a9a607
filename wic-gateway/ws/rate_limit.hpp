// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include "common/time.hpp"

namespace wic {

/// How often something may happen: `per_second` in the long run, `burst` at once.
struct Rate {
  double per_second = 1;
  double burst = 1;
};

/// A token bucket. Starts full.
class RateLimit {
 public:
  RateLimit(Rate rate, common::TimePoint now) : level_(rate.burst), at_(now) {}

  /// True when one more event is allowed now.
  [[nodiscard]] bool allow(Rate rate, common::TimePoint now) {
    refill(rate, now);
    if (level_ < 1) return false;
    level_ -= 1;
    return true;
  }
  [[nodiscard]] bool would_allow(Rate rate, common::TimePoint now) const {
    return level_ + elapsed(now) * rate.per_second >= 1;
  }
  /// Nothing has happened for so long that the limit could be forgotten.
  [[nodiscard]] bool is_idle(Rate rate, common::TimePoint now) const {
    return level_ + elapsed(now) * rate.per_second >= rate.burst;
  }

 private:
  [[nodiscard]] double elapsed(common::TimePoint now) const {
    return std::max(0.0, std::chrono::duration<double>(now - at_).count());
  }
  void refill(Rate rate, common::TimePoint now) {
    level_ = std::min(rate.burst, level_ + elapsed(now) * rate.per_second);
    at_ = std::max(at_, now);
  }

  double level_;
  common::TimePoint at_;
};

}  // namespace wic
