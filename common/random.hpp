// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace common {

/// Source of random bytes. Cores are handed one; tests use a seeded one (tests/support).
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  [[nodiscard]] std::uint32_t u32();
  [[nodiscard]] std::uint64_t u64();
  /// `bytes` random bytes in lower-case hex.
  [[nodiscard]] std::string hex(std::size_t bytes);
  /// `bytes` random bytes in base64url without padding.
  [[nodiscard]] std::string base64url(std::size_t bytes);
};

}  // namespace common
