// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/latency_histogram.hpp"

#include <algorithm>
#include <bit>

namespace bench {

void LatencyHistogram::add(std::chrono::nanoseconds value) {
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
  std::size_t index = nanoseconds;
  if (nanoseconds >= steps) {
    const auto shift = static_cast<unsigned>(std::bit_width(nanoseconds)) - 6U;
    index = std::size_t{shift} * steps + (nanoseconds >> shift);
  }
  ++buckets_[std::min(index, buckets_.size() - 1)];
  ++count_;
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

std::chrono::nanoseconds LatencyHistogram::quantile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size() && count_ > 0; ++i) {
    seen += buckets_[i];
    if (seen < wanted || seen == 0) continue;
    if (i < 2UL * steps) return std::chrono::nanoseconds(i);
    const std::size_t shift = i / steps - 1;
    return std::chrono::nanoseconds((i % steps + steps) << shift);
  }
  return {};
}

}  // namespace bench
