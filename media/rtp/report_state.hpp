// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "common/time.hpp"
#include "media/rtp/reception.hpp"

namespace media::rtp {

/// What is known of a leg's two streams by RTCP, ours and the peer's. A restart may lose it.
class ReportState {
 public:
  Reception reception;

  /// RTCP came from the leg's peer.
  void handle_received(common::TimePoint now, const RtcpResult& result);
  /// RTCP of the far side was passed to the leg's peer.
  void handle_passed(common::TimePoint now, const RtcpResult& result);
  /// We sent a sender report of our own, or (0) a receiver report.
  void handle_own(common::TimePoint now, std::uint32_t sender_report);

  /// Reports of our own are due: none of the far side pass.
  [[nodiscard]] bool is_due(common::TimePoint now, common::TimePoint started) const;
  /// Sender reports to the peer are ours: times in answers to them mean nothing to the far side.
  [[nodiscard]] bool sends_own() const { return sends_own_; }
  /// LSR and DLSR for a report of ours.
  void fill_times(common::TimePoint now, ReportBlock& block) const;

  [[nodiscard]] const std::optional<ReceivedReport>& report() const { return report_; }
  [[nodiscard]] std::optional<std::chrono::microseconds> round_trip() const { return round_trip_; }

 private:
  void note_sent(common::TimePoint now, std::uint32_t sender_report);

  struct Sent {
    std::uint32_t ntp = 0;
    common::TimePoint at{};
  };
  std::array<Sent, 4> sent_{};
  std::size_t next_sent_ = 0;
  std::optional<ReceivedReport> report_;
  std::optional<std::chrono::microseconds> round_trip_;
  std::uint32_t peer_report_ = 0;
  common::TimePoint peer_report_at_{};
  common::TimePoint last_passed_{};
  common::TimePoint last_own_{};
  bool sends_own_ = false;
};

/// Middle 32 bits of an NTP time.
[[nodiscard]] constexpr std::uint32_t middle_of(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16U);
}

}  // namespace media::rtp
