// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace media::dtmf {

/// Rescales the duration of every event in an RFC 4733 payload from one clock to another (MED-35);
/// event, E bit and volume stay. A duration that outgrows its field makes the packet one of a later
/// segment (RFC 4733 2.5.1.3): the returned ticks are to be added to its timestamp.
[[nodiscard]] std::uint32_t rescale_durations(std::span<std::byte> payload, std::uint32_t in_clock,
                                              std::uint32_t out_clock) noexcept;

inline constexpr std::size_t event_size = 4;

/// One event of a payload (RFC 4733 2.3).
struct TelephoneEvent {
  std::uint8_t event = 0;  // 0-9, then *, #, A-D
  bool end = false;
  std::uint16_t duration = 0;  // ticks
};

/// Writes a payload of one event, at -10 dBm0.
void write_event(std::span<std::byte, event_size> payload, const TelephoneEvent& event) noexcept;

}  // namespace media::dtmf
