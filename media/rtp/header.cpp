// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/header.hpp"

#include <cstring>

#include "media/rtp/octets.hpp"

namespace media::rtp {

std::optional<Header> parse_header(std::span<const std::byte> packet) noexcept {
  if (packet.size() < fixed_header_size) return std::nullopt;
  const std::uint8_t first = load8(packet, 0);
  if (first >> 6U != 2) return std::nullopt;
  Header header;
  header.padding = (first & 0x20U) != 0;
  header.extension = (first & 0x10U) != 0;
  header.csrc_count = first & 0x0fU;
  header.marker = (load8(packet, 1) & 0x80U) != 0;
  header.payload_type = load8(packet, 1) & 0x7fU;
  header.sequence = load16(packet, 2);
  header.timestamp = load32(packet, 4);
  header.ssrc = load32(packet, 8);
  header.size = fixed_header_size + 4U * header.csrc_count;
  if (header.extension) {
    if (packet.size() < header.size + 4) return std::nullopt;
    header.size += 4 + 4U * load16(packet, header.size + 2);
  }
  if (packet.size() < header.size) return std::nullopt;
  return header;
}

bool padding_is_valid(std::span<const std::byte> packet, const Header& header) noexcept {
  if (!header.padding) return true;
  if (packet.size() == header.size) return false;
  const std::size_t count = load8(packet, packet.size() - 1);
  return count != 0 && count <= packet.size() - header.size;
}

std::size_t payload_size(std::span<const std::byte> packet, const Header& header) noexcept {
  const std::size_t padded = packet.size() - header.size;
  return header.padding ? padded - load8(packet, packet.size() - 1) : padded;
}

void rewrite_header(std::span<std::byte> packet, const Header& header) noexcept {
  store8(packet, 1,
         static_cast<std::uint8_t>((header.marker ? 0x80U : 0U) | (header.payload_type & 0x7fU)));
  store16(packet, 2, header.sequence);
  store32(packet, 4, header.timestamp);
  store32(packet, 8, header.ssrc);
}

std::size_t remove_extension(std::span<std::byte> packet, const Header& header) noexcept {
  if (!header.extension) return 0;
  const std::size_t kept = fixed_header_size + 4U * header.csrc_count;
  const std::size_t removed = header.size - kept;
  std::memmove(packet.data() + removed, packet.data(), kept);
  packet[removed] &= static_cast<std::byte>(0xefU);
  return removed;
}

}  // namespace media::rtp
