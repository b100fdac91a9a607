// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/time.hpp"
#include "media/rtp/header.hpp"
#include "media/rtp/rtcp.hpp"

namespace media::rtp {

/// What arrives of the stream that a leg receives: expected and lost packets, interarrival jitter
/// (RFC 3550 A.1, A.3, A.8). One call a packet: a few additions.
class Reception {
 public:
  /// `clock` 0: the packet's time says nothing of the network (telephone-event).
  void handle(common::TimePoint now, const Header& header, std::uint32_t clock) noexcept {
    const auto step =
        static_cast<std::int16_t>(header.sequence - static_cast<std::uint16_t>(highest_));
    if (!running_ || header.ssrc != ssrc_ || step > max_jump || step < -max_jump) {
      restart(header);
    } else if (step > 0) {
      highest_ += static_cast<std::uint32_t>(step);
    }
    ++received_;
    if (clock != 0) measure(now, header.timestamp, clock);
  }
  /// What comes next does not follow what came last (hold): the gap is no loss.
  void pause() noexcept { running_ = false; }

  [[nodiscard]] bool any() const { return received_ != 0; }
  [[nodiscard]] std::uint64_t expected() const { return before_ + highest_ - base_ + 1; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] double loss() const;
  [[nodiscard]] std::chrono::microseconds jitter() const;

  /// The report on what came since the last one; without the peer's times.
  [[nodiscard]] ReportBlock take_block();

 private:
  static constexpr int max_jump = 1000;

  void restart(const Header& header) noexcept;
  void measure(common::TimePoint now, std::uint32_t timestamp, std::uint32_t clock) noexcept;

  std::uint32_t ssrc_ = 0;
  std::uint32_t highest_ = 0;  // extended by rollovers
  std::uint32_t base_ = 1;     // so that nothing is expected before the first packet
  std::uint32_t clock_ = 0;
  std::uint32_t transit_ = 0;
  std::uint32_t jitter_ = 0;  // times sixteen, in ticks
  bool running_ = false;
  std::uint64_t before_ = 0;  // packets expected before the last restart
  std::uint64_t received_ = 0;
  std::uint64_t reported_expected_ = 0;
  std::uint64_t reported_received_ = 0;
};

}  // namespace media::rtp
