// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// Network-order integers inside datagrams. Callers have checked the bounds.
namespace media {

[[nodiscard]] inline std::uint8_t load8(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}
[[nodiscard]] inline std::uint16_t load16(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(load8(bytes, at) << 8U | load8(bytes, at + 1));
}
[[nodiscard]] inline std::uint32_t load32(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(load16(bytes, at)) << 16U | load16(bytes, at + 2);
}
[[nodiscard]] inline std::uint64_t load64(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint64_t>(load32(bytes, at)) << 32U | load32(bytes, at + 4);
}
inline void store8(std::span<std::byte> bytes, std::size_t at, std::uint8_t value) {
  bytes[at] = static_cast<std::byte>(value);
}
inline void store16(std::span<std::byte> bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::byte>(value >> 8U);
  bytes[at + 1] = static_cast<std::byte>(value & 0xffU);
}
inline void store32(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
  store16(bytes, at, static_cast<std::uint16_t>(value >> 16U));
  store16(bytes, at + 2, static_cast<std::uint16_t>(value & 0xffffU));
}
inline void store64(std::span<std::byte> bytes, std::size_t at, std::uint64_t value) {
  store32(bytes, at, static_cast<std::uint32_t>(value >> 32U));
  store32(bytes, at + 4, static_cast<std::uint32_t>(value & 0xffffffffU));
}

}  // namespace media
