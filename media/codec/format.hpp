// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace media::codec {

enum class Codec : std::uint8_t { pcmu, pcma, g722, amr, amr_wb, opus };

/// What RFC 4867 section 8 negotiates. CRC, robust sorting, interleaving and several channels are
/// not offered and never accepted.
struct AmrOptions {
  bool octet_align = false;
  std::uint16_t modes = 0xffff;    // mode-set as bits; all when none was negotiated
  std::uint8_t change_period = 1;  // mode-change-period, in frames
  bool change_neighbor = false;    // mode-change-neighbor
  bool dtx = true;
  auto operator<=>(const AmrOptions&) const = default;
};

/// What RFC 7587 section 6.1 negotiates for what we send.
struct OpusOptions {
  bool in_band_fec = true;
  bool dtx = false;
  std::int32_t max_bitrate = 32'000;  // bit/s
  std::int32_t complexity = 5;        // 0-10, CPU against quality
  auto operator<=>(const OpusOptions&) const = default;
};

/// One codec as a leg negotiated it.
struct Format {
  Codec codec = Codec::pcmu;
  std::chrono::milliseconds packet_time{20};  // of what we send
  AmrOptions amr = {};
  OpusOptions opus = {};
  auto operator<=>(const Format&) const = default;
};

/// Clock of the RTP timestamps; that of G.722 is half its sampling rate (RFC 3551 4.5.2).
[[nodiscard]] std::uint32_t clock_rate(Codec codec);
/// Sampling rate at which the codec works best with `other`: Opus takes that of the other side, so
/// that nothing needs resampling.
[[nodiscard]] std::uint32_t sample_rate(Codec codec, Codec other);

}  // namespace media::codec
