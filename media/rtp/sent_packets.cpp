// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/sent_packets.hpp"

#include <algorithm>

#include "media/rtp/header.hpp"
#include "media/rtp/octets.hpp"

namespace media::rtp {
namespace {

using namespace std::chrono_literals;

/// A receiver repeats its wish before the first repetition can have reached it.
constexpr auto least_interval = 10ms;

}  // namespace

void SentPackets::store(std::span<const std::byte> packet) {
  if (packet.size() > largest || packet.size() < fixed_header_size) return;
  const std::uint16_t sequence = load16(packet, 2);
  Slot& slot = slots_[sequence % capacity];
  slot.sequence = sequence;
  slot.size = static_cast<std::uint16_t>(packet.size());
  slot.repeated = {};
  std::copy(packet.begin(), packet.end(), slot.bytes.begin());
}

bool SentPackets::holds(std::uint16_t sequence) const {
  const Slot& slot = slots_[sequence % capacity];
  return slot.size != 0 && slot.sequence == sequence;
}

std::optional<std::span<const std::byte>> SentPackets::take(common::TimePoint now,
                                                            std::uint16_t sequence) {
  Slot& slot = slots_[sequence % capacity];
  if (!holds(sequence) || now - slot.repeated < least_interval) return std::nullopt;
  slot.repeated = now;
  return std::span<const std::byte>(slot.bytes).first(slot.size);
}

}  // namespace media::rtp
