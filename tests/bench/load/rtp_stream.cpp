// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/rtp_stream.hpp"

#include <arpa/inet.h>

#include <cstring>

namespace bench {

namespace {
constexpr std::size_t stamp_offset = 12;
constexpr std::size_t epoch_offset = stamp_offset + sizeof(std::int64_t);
constexpr std::uint32_t samples = 160;
}  // namespace

void RtpStream::write(std::span<std::byte> room, std::chrono::nanoseconds now,
                      std::uint32_t epoch) {
  std::memset(room.data(), 0xd5, rtp_packet_size);
  room[0] = std::byte{0x80};
  room[1] = std::byte{0};
  const std::uint16_t sequence = htons(sequence_++);
  const std::uint32_t timestamp = htonl(timestamp_);
  const std::uint32_t ssrc = htonl(ssrc_);
  const std::int64_t stamp = now.count();
  timestamp_ += samples;
  std::memcpy(&room[2], &sequence, sizeof sequence);
  std::memcpy(&room[4], &timestamp, sizeof timestamp);
  std::memcpy(&room[8], &ssrc, sizeof ssrc);
  std::memcpy(&room[stamp_offset], &stamp, sizeof stamp);
  std::memcpy(&room[epoch_offset], &epoch, sizeof epoch);
}

std::optional<RtpStamp> read_stamp(std::span<const std::byte> packet) {
  if (packet.size() != rtp_packet_size || packet[rtp_packet_size - 1] != std::byte{0xd5})
    return std::nullopt;
  std::int64_t stamp = 0;
  RtpStamp result;
  std::memcpy(&stamp, &packet[stamp_offset], sizeof stamp);
  std::memcpy(&result.epoch, &packet[epoch_offset], sizeof result.epoch);
  result.sent = std::chrono::nanoseconds(stamp);
  return result;
}

}  // namespace bench
