// SPDX-License-Identifier: Apache-2.0
#include "tests/support/seeded_random.hpp"

namespace test {

void SeededRandom::fill(std::span<std::byte> out) {
  for (std::byte& b : out) b = static_cast<std::byte>(engine_() & 0xffU);
}

}  // namespace test
