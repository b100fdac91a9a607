// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/quality.hpp"

#include <gtest/gtest.h>

#include "media/rtp/reception.hpp"

namespace media::rtp {
namespace {

using namespace std::chrono_literals;

TEST(Quality, G107_GoodNetworkIsNearlyPerfect) {
  EXPECT_NEAR(estimate_mos(0, 0us, 0us), 4.4, 0.03);
  EXPECT_NEAR(estimate_mos(0.05, 10ms, 50ms), 3.9, 0.25);
  EXPECT_LT(estimate_mos(0.3, 100ms, 400ms), 2);
  EXPECT_GE(estimate_mos(1, 10s, 10s), 1);
}

TEST(Quality, G107_WorseIsNeverBetter) {
  double before = 5;
  for (int percent = 0; percent <= 100; ++percent) {
    const double now = estimate_mos(percent / 100.0, 5ms, 40ms);
    EXPECT_LE(now, before + 0.01);
    before = now;
  }
}

Header packet(std::uint16_t sequence, std::uint32_t timestamp, std::uint32_t ssrc = 1) {
  Header header;
  header.sequence = sequence;
  header.timestamp = timestamp;
  header.ssrc = ssrc;
  return header;
}

TEST(Reception, RFC3550A3_LossIsCountedOverARolloverAndANewSource) {
  Reception reception;
  common::TimePoint now{10s};
  EXPECT_FALSE(reception.any());
  EXPECT_EQ(reception.loss(), 0);
  for (std::uint32_t n = 65'530; n < 65'550; ++n) {
    if (n % 10 == 1) continue;  // two of twenty
    reception.handle(now, packet(static_cast<std::uint16_t>(n), n * 160), 8000);
  }
  EXPECT_EQ(reception.expected(), 20U);
  EXPECT_EQ(reception.received(), 18U);
  const ReportBlock block = reception.take_block();
  EXPECT_EQ(block.lost, 2);
  EXPECT_EQ(block.fraction_lost, 25);
  EXPECT_EQ(block.highest, 65'549U);
  reception.handle(now, packet(5, 5, 2), 8000);
  EXPECT_EQ(reception.expected(), 21U);
  EXPECT_EQ(reception.take_block().fraction_lost, 0);
}

TEST(Reception, MED12_AHoldIsNoLoss) {
  Reception reception;
  const common::TimePoint now{10s};
  reception.handle(now, packet(1, 160), 8000);
  reception.pause();
  reception.handle(now, packet(500, 160 * 500), 8000);
  EXPECT_EQ(reception.loss(), 0);
}

TEST(Reception, RFC3550A8_JitterFollowsTheArrivals) {
  Reception even;
  Reception uneven;
  common::TimePoint now{10s};
  for (std::uint16_t n = 0; n < 500; ++n) {
    even.handle(now, packet(n, n * 160U), 8000);
    uneven.handle(now + (n % 2 == 0 ? 10ms : 0ms), packet(n, n * 160U), 8000);
    now += 20ms;
  }
  EXPECT_LT(even.jitter(), 1ms);
  EXPECT_GT(uneven.jitter(), 8ms);
  EXPECT_LT(uneven.jitter(), 12ms);
}

}  // namespace
}  // namespace media::rtp
