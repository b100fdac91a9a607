// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace bench {

/// Durations in buckets of about 3 % width, from 1 ns to minutes; adding is a few instructions.
class LatencyHistogram {
 public:
  void add(std::chrono::nanoseconds value);
  void merge(const LatencyHistogram& other);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// `share` from 0 to 1; 0 ns when nothing was added.
  [[nodiscard]] std::chrono::nanoseconds quantile(double share) const;

 private:
  static constexpr unsigned steps = 32;  // per power of two
  std::array<std::uint32_t, 42UL * steps> buckets_{};
  std::uint64_t count_ = 0;
};

}  // namespace bench
