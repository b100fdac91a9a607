// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/rtp/octets.hpp"

namespace test {

using Bytes = std::vector<std::byte>;

inline Bytes rtp_packet(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp,
                        std::uint8_t payload_type = 0, std::size_t payload = 160) {
  Bytes packet(12 + payload);
  media::store8(packet, 0, 0x80);
  media::store8(packet, 1, payload_type);
  media::store16(packet, 2, sequence);
  media::store32(packet, 4, timestamp);
  media::store32(packet, 8, ssrc);
  for (std::size_t i = 0; i < payload; ++i) {
    packet[12 + i] = static_cast<std::byte>((sequence + i) & 0xffU);
  }
  return packet;
}

/// SR of `ssrc` with one report block about `about`.
inline Bytes sender_report(std::uint32_t ssrc, std::uint32_t rtp_time, std::uint32_t about,
                           std::uint32_t highest) {
  Bytes packet(52);
  media::store8(packet, 0, 0x81);
  media::store8(packet, 1, 200);
  media::store16(packet, 2, 12);
  media::store32(packet, 4, ssrc);
  media::store32(packet, 8, 0x11111111);
  media::store32(packet, 12, 0x22222222);
  media::store32(packet, 16, rtp_time);
  media::store32(packet, 20, 77);
  media::store32(packet, 24, 7777);
  media::store32(packet, 28, about);
  media::store32(packet, 36, highest);
  return packet;
}

}  // namespace test
