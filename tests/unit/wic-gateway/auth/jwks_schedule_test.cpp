// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/jwks_schedule.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;
using Asked = JwksSchedule::Asked;

constexpr common::TimePoint t0{1000h};

KeySetPtr keys() { return std::make_shared<const common::jose::KeySet>(); }

TEST(JwksSchedule, J13_FetchesAtOnceAndThenEveryRefresh) {
  JwksSchedule schedule({});
  EXPECT_TRUE(schedule.poll_fetch(t0));
  EXPECT_FALSE(schedule.poll_fetch(t0)) << "one at a time";
  EXPECT_EQ(schedule.poll_timeout(), std::nullopt);
  const KeySetPtr set = keys();
  schedule.handle_fetched(t0, set);
  EXPECT_EQ(schedule.keys(t0), set);
  EXPECT_EQ(schedule.poll_timeout(), t0 + 10min);
  EXPECT_FALSE(schedule.poll_fetch(t0 + 9min));
  EXPECT_TRUE(schedule.poll_fetch(t0 + 10min));
}

TEST(JwksSchedule, J13_A19_FloodOfUnknownKeysCostsOneFetchAMinute) {
  JwksSchedule schedule({});
  ASSERT_TRUE(schedule.poll_fetch(t0));
  schedule.handle_fetched(t0, keys());
  int fetches = 0;
  for (int second = 1; second <= 180; ++second) {
    const auto now = t0 + std::chrono::seconds(second);
    for (int token = 0; token < 100; ++token) (void)schedule.ask_for_unknown_key(now);
    if (schedule.poll_fetch(now)) {
      ++fetches;
      schedule.handle_fetched(now, keys());
    }
  }
  EXPECT_EQ(fetches, 3);
}

TEST(JwksSchedule, J13_SecondQuestionSharesTheFetchUnderWay) {
  JwksSchedule schedule({});
  ASSERT_TRUE(schedule.poll_fetch(t0));
  schedule.handle_fetched(t0, keys());
  EXPECT_EQ(schedule.ask_for_unknown_key(t0 + 1s), Asked::fetching);
  EXPECT_TRUE(schedule.poll_fetch(t0 + 1s));
  EXPECT_EQ(schedule.ask_for_unknown_key(t0 + 2s), Asked::fetching);
  EXPECT_FALSE(schedule.poll_fetch(t0 + 2s));
  schedule.handle_fetched(t0 + 3s, keys());
  EXPECT_EQ(schedule.ask_for_unknown_key(t0 + 4s), Asked::refused);
  EXPECT_EQ(schedule.ask_for_unknown_key(t0 + 61s), Asked::fetching);
}

TEST(JwksSchedule, J14_AnAnnouncedChangeIsFetchedWhateverWasAskedBefore) {
  JwksSchedule schedule({});
  ASSERT_TRUE(schedule.poll_fetch(t0));
  schedule.handle_fetched(t0, keys());
  (void)schedule.ask_for_unknown_key(t0 + 1s);  // as anybody can with a made-up token
  ASSERT_TRUE(schedule.poll_fetch(t0 + 1s));
  schedule.ask_again(t0 + 2s);  // that fetch may have been answered before the change
  EXPECT_FALSE(schedule.poll_fetch(t0 + 2s)) << "one at a time";
  schedule.handle_fetched(t0 + 3s, keys());
  EXPECT_TRUE(schedule.poll_fetch(t0 + 3s));
  schedule.handle_fetched(t0 + 4s, keys());
  EXPECT_FALSE(schedule.poll_fetch(t0 + 5s));
  schedule.ask_again(t0 + 6s);
  EXPECT_TRUE(schedule.poll_fetch(t0 + 6s));
}

TEST(JwksSchedule, J13_FailuresBackOffAndKeepTheLastGoodSetForADay) {
  JwksSchedule schedule({});
  ASSERT_TRUE(schedule.poll_fetch(t0));
  schedule.handle_fetched(t0, keys());
  auto now = t0 + 10min;
  for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    ASSERT_TRUE(schedule.poll_fetch(now));
    schedule.handle_failure(now);
    EXPECT_FALSE(schedule.poll_fetch(now + wait - 1ms));
    EXPECT_EQ(schedule.poll_timeout(), now + wait);
    now += wait;
  }
  EXPECT_NE(schedule.keys(t0 + 24h - 1s), nullptr);
  EXPECT_EQ(schedule.keys(t0 + 24h), nullptr);
}

TEST(JwksSchedule, BackOffStartsAnewAfterASuccess) {
  JwksSchedule schedule({});
  ASSERT_TRUE(schedule.poll_fetch(t0));
  schedule.handle_failure(t0);
  ASSERT_TRUE(schedule.poll_fetch(t0 + 1s));
  schedule.handle_fetched(t0 + 1s, keys());
  ASSERT_TRUE(schedule.poll_fetch(t0 + 1s + 10min));
  schedule.handle_failure(t0 + 1s + 10min);
  EXPECT_EQ(schedule.poll_timeout(), t0 + 1s + 10min + 1s);
}

}  // namespace
}  // namespace wic
