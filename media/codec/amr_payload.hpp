// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace media::codec {

/// Frame types of RFC 4867: speech modes from 0, then the ones below.
enum class AmrBand : std::uint8_t { narrow, wide };

inline constexpr std::uint8_t amr_no_data = 15;
inline constexpr std::uint8_t amr_speech_lost = 14;      // wide band only
inline constexpr std::uint8_t amr_no_mode_request = 15;  // CMR
inline constexpr std::size_t max_amr_frames = 6;         // 120 ms
inline constexpr std::size_t largest_amr_frame = 60;     // octets of the 23.85 kbit/s mode

/// Speech modes: 8 of AMR, 9 of AMR-WB.
[[nodiscard]] std::uint8_t amr_mode_count(AmrBand band);
/// Frame type of comfort noise.
[[nodiscard]] std::uint8_t amr_sid(AmrBand band);
/// Bits of a frame; nothing for types that are reserved.
[[nodiscard]] std::optional<std::size_t> amr_frame_bits(AmrBand band, std::uint8_t type);

/// 20 ms of coded speech; bits in the order of RFC 4867, the first in the highest bit.
struct AmrFrame {
  std::uint8_t type = amr_no_data;
  bool good = true;  // Q
  std::array<std::byte, largest_amr_frame> bits{};
};

struct AmrPayload {
  std::uint8_t mode_request = amr_no_mode_request;
  std::size_t count = 0;
  std::array<AmrFrame, max_amr_frames> frames;
};

/// Parses a payload of one channel without CRC, interleaving or robust sorting, bandwidth-efficient
/// (RFC 4867 4.3) or octet-aligned (4.4). False for what is malformed: a reserved frame type, too
/// many frames, too few octets or octets left over.
[[nodiscard]] bool parse_amr(AmrBand band, bool octet_aligned, std::span<const std::byte> payload,
                             AmrPayload& out);

/// Writes a payload; returns its octets, zero when `out` is too small or a frame's type is
/// reserved.
[[nodiscard]] std::size_t write_amr(AmrBand band, bool octet_aligned, std::uint8_t mode_request,
                                    std::span<const AmrFrame> frames, std::span<std::byte> out);

}  // namespace media::codec
