// SPDX-License-Identifier: Apache-2.0
#include "common/deadlines.hpp"

#include <gtest/gtest.h>

namespace common {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{};

TEST(Deadlines, ComeInOrderOfTimeAndOnlyOnce) {
  Deadlines<int> deadlines;
  deadlines.set(1, start + 3s);
  deadlines.set(2, start + 1s);
  deadlines.set(3, start + 2s);
  EXPECT_EQ(deadlines.next(), start + 1s);
  EXPECT_EQ(deadlines.pop(start), std::nullopt);
  EXPECT_EQ(deadlines.pop(start + 2s), 2);
  EXPECT_EQ(deadlines.pop(start + 2s), 3);
  EXPECT_EQ(deadlines.pop(start + 2s), std::nullopt);
  EXPECT_EQ(deadlines.next(), start + 3s);
}

TEST(Deadlines, OneForEachKeyTheLastCounts) {
  Deadlines<int> deadlines;
  deadlines.set(1, start + 1s);
  deadlines.set(1, start + 5s);
  deadlines.set(1, start + 5s);
  EXPECT_EQ(deadlines.next(), start + 5s);
  EXPECT_EQ(deadlines.pop(start + 4s), std::nullopt);
  EXPECT_EQ(deadlines.pop(start + 5s), 1);
  EXPECT_EQ(deadlines.next(), std::nullopt);
}

TEST(Deadlines, EqualTimesKeepBothKeys) {
  Deadlines<int> deadlines;
  deadlines.set(1, start + 1s);
  deadlines.set(2, start + 1s);
  deadlines.clear(1);
  deadlines.clear(7);
  EXPECT_EQ(deadlines.pop(start + 1s), 2);
  EXPECT_EQ(deadlines.next(), std::nullopt);
}

}  // namespace
}  // namespace common
