// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "common/time.hpp"

namespace media::io {

/// When a worker's next round begins. Waking up costs more than relaying a packet, so a busy worker
/// rests for up to `interval` between rounds and finds several packets each time; with more load a
/// shorter rest fills a batch as well. An idle worker wakes for each packet.
class Pacer {
 public:
  /// From this many packets a second on a worker counts as busy.
  static constexpr std::size_t busy_rate = 2000;
  /// So many in a round that taking more at once gains nothing.
  static constexpr std::size_t full_batch = 64;

  explicit Pacer(std::chrono::microseconds interval) : interval_(interval), rest_(interval) {}

  /// A round that began at `now` handled `packets`; `more` when it left some waiting.
  void handle_round(common::TimePoint now, std::size_t packets, bool more) {
    packets_ += packets;
    if (now - window_start_ >= window) {
      const auto seconds = std::chrono::duration<double>(now - window_start_).count();
      const double rate = static_cast<double>(packets_) / seconds;
      busy_ = rate >= static_cast<double>(busy_rate);
      if (busy_) {
        const std::chrono::duration<double> fills(static_cast<double>(full_batch) / rate);
        rest_ = std::min(interval_, std::chrono::duration_cast<std::chrono::microseconds>(fills));
      }
      window_start_ = now;
      packets_ = 0;
    }
    const bool rest = busy_ && packets > 0 && !more;
    next_ = rest ? now + rest_ : now;
  }

  [[nodiscard]] common::TimePoint poll_next() const { return next_; }

 private:
  static constexpr std::chrono::milliseconds window{50};

  std::chrono::microseconds interval_;
  std::chrono::microseconds rest_;
  common::TimePoint window_start_{};
  common::TimePoint next_{};
  std::size_t packets_ = 0;
  bool busy_ = false;
};

}  // namespace media::io
