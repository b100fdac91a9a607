// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace bench {

inline constexpr std::size_t rtp_packet_size = 12 + 160;  // G.711, 20 ms

/// One outgoing G.711-sized RTP stream whose payload tells when and in which measurement each
/// packet was sent.
class RtpStream {
 public:
  explicit RtpStream(std::uint32_t ssrc) : ssrc_(ssrc) {}
  /// Writes rtp_packet_size octets.
  void write(std::span<std::byte> room, std::chrono::nanoseconds now, std::uint32_t epoch);

 private:
  std::uint32_t ssrc_;
  std::uint32_t timestamp_ = 0;
  std::uint16_t sequence_ = 0;
};

/// What a received packet of ours says.
struct RtpStamp {
  std::chrono::nanoseconds sent{};
  std::uint32_t epoch = 0;
};

[[nodiscard]] std::optional<RtpStamp> read_stamp(std::span<const std::byte> packet);

}  // namespace bench
