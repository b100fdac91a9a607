// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/contrast.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace waf::pages {
namespace {

std::optional<std::uint32_t> colour(std::string_view text) {
  std::uint32_t value = 0;
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data() + 1, end, value, 16);
  if (error != std::errc{} || at != end) return std::nullopt;
  return value;
}

/// WCAG 2.2, relative luminance.
double luminance(std::uint32_t value) {
  const auto channel = [value](unsigned shift) {
    const double part = static_cast<double>((value >> shift) & 0xFFU) / 255;
    return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}

}  // namespace

std::optional<double> contrast(std::string_view one, std::string_view other) {
  const auto a = colour(one);
  const auto b = colour(other);
  if (!a || !b) return std::nullopt;
  const auto [darker, lighter] = std::minmax({luminance(*a), luminance(*b)});
  return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace waf::pages
