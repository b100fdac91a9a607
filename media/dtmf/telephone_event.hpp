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

}  // namespace media::dtmf
