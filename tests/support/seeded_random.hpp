// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "common/random.hpp"

namespace test {

/// Repeatable "randomness" for tests: the same seed gives the same bytes.
class SeededRandom final : public common::RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
  void fill(std::span<std::byte> out) override;

 private:
  std::mt19937_64 engine_;
};

}  // namespace test
