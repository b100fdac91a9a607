// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "media/engine.hpp"
#include "media/rtp/sent_packets.hpp"

namespace media::rtp {

/// How RTCP that came in on one leg reads on the other.
struct RtcpMapping {
  // The stream from the sender of this RTCP, as we send it on.
  std::uint32_t source_ssrc = 0;
  bool has_source = false;
  std::uint32_t out_ssrc = 0;
  std::uint32_t timestamp_offset = 0;
  std::uint32_t packets = 0;  // of our own stream: a sender report counts what its receiver gets
  std::uint32_t octets = 0;
  // The stream toward the sender of this RTCP, on which it reports.
  std::uint32_t reported_ssrc = 0;  // ours
  std::uint32_t original_ssrc = 0;  // of the far source
  bool has_original = false;
  std::uint16_t sequence_offset = 0;   // ours = far + offset
  std::uint32_t original_highest = 0;  // extended, to find the right rollover
  Feedback feedback;                   // what the receiver of the translation understands
  bool extended_reports = false;       // XR passes
  bool drop_timing = false;            // reports answer sender reports that were our own
  std::uint8_t fir_sequence = 0;       // for a FIR that stands for a PLI
  const SentPackets* sent = nullptr;   // what can be repeated from here; NACKs of it do not pass
  std::string_view cname;
};

/// What the sender of the RTCP says of the stream that we send it.
struct ReceivedReport {
  std::uint8_t fraction_lost = 0;
  std::int32_t lost = 0;
  std::uint32_t jitter = 0;       // in ticks of its clock
  std::uint32_t last_report = 0;  // middle 32 bits of our sender report's NTP time
  std::uint32_t delay = 0;        // since it came, in 1/65536 s
};

enum class RtcpStatus : std::uint8_t { translated, nothing_left, malformed };

struct RtcpResult {
  RtcpStatus status = RtcpStatus::malformed;
  std::size_t size = 0;
  std::optional<ReceivedReport> report;
  std::optional<std::uint32_t> sender_report;  // middle 32 bits of its NTP time
  bool passed_report = false;                  // `out` has reception reports
  bool passed_sender_report = false;
  bool keyframe_unmet = false;  // a keyframe is wanted, and the receiver understands no request
  bool sent_fir = false;
  /// Packets of our stream that are missing there and can be repeated.
  std::array<std::uint16_t, 64> missing{};
  std::size_t missing_count = 0;
};

/// Translates a compound or reduced-size packet into a compound one (RTP-12): SR or RR with our
/// SSRCs, our own CNAME, and of feedback what was negotiated of NACK, PLI and FIR (RTP-11); a
/// keyframe request becomes the kind that the receiver understands. Of XR the blocks whose meaning
/// goes end to end pass where it is wanted. BYE is ours to say; APP, REMB and transport-wide
/// feedback belong to one transport and end here, as do NACKs of packets that we hold ourselves.
[[nodiscard]] RtcpResult translate_rtcp(std::span<const std::byte> in, std::span<std::byte> out,
                                        const RtcpMapping& mapping) noexcept;

/// One reception report of our own (RFC 3550 6.4.1).
struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;
  std::int32_t lost = 0;
  std::uint32_t highest = 0;
  std::uint32_t jitter = 0;
  std::uint32_t last_report = 0;
  std::uint32_t delay = 0;
};
struct SenderInfo {
  std::uint64_t ntp = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

/// A compound packet of our own: SR or, without sender info, RR; then SDES. Returns its size.
[[nodiscard]] std::size_t write_report(std::span<std::byte> out, std::uint32_t ssrc,
                                       const std::optional<SenderInfo>& sender,
                                       const std::optional<ReportBlock>& block,
                                       std::string_view cname) noexcept;

/// An empty RR, SDES and a keyframe request: PLI, or FIR where `fir_sequence` is given.
[[nodiscard]] std::size_t write_keyframe_request(std::span<std::byte> out, std::uint32_t ssrc,
                                                 std::uint32_t media_ssrc,
                                                 std::optional<std::uint8_t> fir_sequence,
                                                 std::string_view cname) noexcept;

/// An empty RR, SDES and BYE (RTP-15); returns its size, zero when it does not fit.
[[nodiscard]] std::size_t write_bye(std::span<std::byte> out, std::uint32_t ssrc,
                                    std::string_view cname) noexcept;

}  // namespace media::rtp
