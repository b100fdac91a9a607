// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

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
  bool feedback = false;               // both ends negotiated AVPF
  std::string_view cname;
};

enum class RtcpStatus : std::uint8_t { translated, nothing_left, malformed };

struct RtcpResult {
  RtcpStatus status = RtcpStatus::malformed;
  std::size_t size = 0;
};

/// Translates a compound or reduced-size packet into a compound one (RTP-12): SR or RR with our
/// SSRCs, our own CNAME, and of feedback PLI, FIR and NACK when it was negotiated (RTP-11). BYE is
/// ours to say, APP, XR, REMB and transport-wide feedback end here.
[[nodiscard]] RtcpResult translate_rtcp(std::span<const std::byte> in, std::span<std::byte> out,
                                        const RtcpMapping& mapping) noexcept;

/// An empty RR, SDES and BYE (RTP-15); returns its size, zero when it does not fit.
[[nodiscard]] std::size_t write_bye(std::span<std::byte> out, std::uint32_t ssrc,
                                    std::string_view cname) noexcept;

}  // namespace media::rtp
