// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace media::rtp {

inline constexpr std::size_t fixed_header_size = 12;

/// A validated RTP header (RFC 3550 5.1): every part lies inside the datagram (RTP-19).
struct Header {
  std::uint8_t payload_type = 0;
  std::uint8_t csrc_count = 0;
  bool marker = false;
  bool extension = false;
  bool padding = false;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
  std::size_t size = fixed_header_size;  // with CSRC list and extension
};

/// Version, CSRC list and extension against the datagram's length. Safe before decryption: looks at
/// the clear header only.
[[nodiscard]] std::optional<Header> parse_header(std::span<const std::byte> packet) noexcept;

/// After decryption: the padding count is there and leaves the header alone.
[[nodiscard]] bool padding_is_valid(std::span<const std::byte> packet,
                                    const Header& header) noexcept;

/// Octets of payload without padding; the padding must be valid.
[[nodiscard]] std::size_t payload_size(std::span<const std::byte> packet,
                                       const Header& header) noexcept;

/// Writes the fields of `header` over the packet's fixed header; flags X, CC and P stay as they
/// are.
void rewrite_header(std::span<std::byte> packet, const Header& header) noexcept;

/// Takes the header extension out (RTP-16) by moving the part before it up: the packet then starts
/// at the returned offset. Zero when there is none.
[[nodiscard]] std::size_t remove_extension(std::span<std::byte> packet,
                                           const Header& header) noexcept;

}  // namespace media::rtp
