// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace media::rtp {

enum class PacketKind : std::uint8_t { stun, dtls, rtp, rtcp, other };

/// RFC 7983 by the first octet, RFC 5761 section 4 between RTP and RTCP (RTP-04). TURN channel
/// data (64-79) is `other`: no TURN server stands before us.
[[nodiscard]] constexpr PacketKind classify(std::span<const std::byte> datagram) noexcept {
  if (datagram.size() < 2) return PacketKind::other;
  const auto first = std::to_integer<std::uint8_t>(datagram[0]);
  if (first <= 3) return PacketKind::stun;
  if (first >= 20 && first <= 63) return PacketKind::dtls;
  if (first < 128 || first > 191) return PacketKind::other;
  const auto second = std::to_integer<std::uint8_t>(datagram[1]);
  return second >= 192 && second <= 223 ? PacketKind::rtcp : PacketKind::rtp;
}

}  // namespace media::rtp
