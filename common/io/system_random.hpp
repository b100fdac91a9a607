// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "common/random.hpp"

namespace common::io {

/// The operating system's generator by way of OpenSSL's DRBG; aborts when it has no entropy.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> out) override;
};

/// The same in larger portions, for those who need much: what was handed out is forgotten at once.
/// Belongs to one thread.
class PooledRandom final : public RandomSource {
 public:
  ~PooledRandom() override;
  void fill(std::span<std::byte> out) override;

 private:
  std::array<std::byte, 4096> pool_{};
  std::size_t used_ = pool_.size();
};

}  // namespace common::io
