// SPDX-License-Identifier: Apache-2.0
#include "media/ice/crc32.hpp"

#include <array>

namespace media::ice {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < table.size(); ++n) {
    std::uint32_t value = n;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1U) ? 0xedb88320U ^ value >> 1U : value >> 1U;
    table[n] = value;
  }
  return table;
}

}  // namespace

std::uint32_t crc32(std::span<const std::byte> bytes) noexcept {
  static constexpr auto table = make_table();
  std::uint32_t crc = 0xffffffffU;
  for (const std::byte octet : bytes) {
    crc = table[(crc ^ std::to_integer<std::uint32_t>(octet)) & 0xffU] ^ crc >> 8U;
  }
  return ~crc;
}

}  // namespace media::ice
