// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace media::table {

/// Text of bounded length in a fixed layout. Longer text is refused by assign().
template <std::size_t Capacity>
struct FixedText {
  std::uint16_t size = 0;
  std::array<char, Capacity> characters{};

  [[nodiscard]] std::string_view view() const {
    return {characters.data(), std::min<std::size_t>(size, Capacity)};
  }
  [[nodiscard]] bool empty() const { return size == 0; }
  bool assign(std::string_view text) {
    if (text.size() > Capacity) return false;
    std::copy(text.begin(), text.end(), characters.begin());
    size = static_cast<std::uint16_t>(text.size());
    return true;
  }
};

}  // namespace media::table
