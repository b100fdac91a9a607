// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/time.hpp"

namespace media::rtp {

/// The last packets of a stream as they were sent, to be sent again when the receiver says that it
/// misses them (generic NACK, RFC 4585 6.2.1). The receiver's SRTP takes a repetition since it is
/// the same packet under the same index.
class SentPackets {
 public:
  SentPackets() : slots_(capacity) {}

  void store(std::span<const std::byte> packet);
  [[nodiscard]] bool holds(std::uint16_t sequence) const;
  /// The packet; nothing when it is gone, or was asked for a moment ago already.
  [[nodiscard]] std::optional<std::span<const std::byte>> take(common::TimePoint now,
                                                               std::uint16_t sequence);

 private:
  static constexpr std::size_t capacity = 512;  // half a second of 5 Mbit/s
  static constexpr std::size_t largest = 1500;

  struct Slot {
    std::uint16_t sequence = 0;
    std::uint16_t size = 0;  // zero: empty
    common::TimePoint repeated{};
    std::array<std::byte, largest> bytes;
  };
  std::vector<Slot> slots_;  // by sequence
};

}  // namespace media::rtp
