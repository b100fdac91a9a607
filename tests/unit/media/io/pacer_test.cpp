// SPDX-License-Identifier: Apache-2.0
#include "media/io/pacer.hpp"

#include <gtest/gtest.h>

namespace media::io {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint t0{1000s};

/// A second of rounds, each a millisecond after the last.
common::TimePoint run(Pacer& pacer, std::size_t packets_a_round) {
  common::TimePoint now = t0;
  for (int i = 0; i < 1000; ++i) pacer.handle_round(now += 1ms, packets_a_round, false);
  return now;
}

TEST(Pacer, IdleWorkerTakesEachPacketAtOnce) {
  Pacer pacer(1ms);
  const auto now = run(pacer, 1);
  EXPECT_EQ(pacer.poll_next(), now);
}

TEST(Pacer, BusyWorkerRestsUnlessPacketsAreLeft) {
  Pacer pacer(1ms);
  auto now = run(pacer, 3);
  EXPECT_EQ(pacer.poll_next(), now + 1ms);
  pacer.handle_round(now += 1ms, 200, true);
  EXPECT_EQ(pacer.poll_next(), now);
  pacer.handle_round(now += 1ms, 0, false);  // woken by a timer or a command
  EXPECT_EQ(pacer.poll_next(), now);
}

TEST(Pacer, RestsGetShorterWhereBatchesFillSooner) {
  Pacer pacer(1ms);
  auto now = run(pacer, 128);  // 128,000 a second: 64 in half a millisecond
  EXPECT_EQ(pacer.poll_next(), now + 500us);
}

TEST(Pacer, LoadThatEndsEndsTheRests) {
  Pacer pacer(1ms);
  auto now = run(pacer, 10);
  pacer.handle_round(now += 1s, 1, false);
  EXPECT_EQ(pacer.poll_next(), now);
}

TEST(Pacer, ZeroIntervalNeverRests) {
  Pacer pacer(0us);
  const auto now = run(pacer, 10);
  EXPECT_EQ(pacer.poll_next(), now);
}

}  // namespace
}  // namespace media::io
