// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/clock_watch.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;
using Verdict = ClockWatch::Verdict;

constexpr const char* date = "Wed, 25 Nov 2026 09:00:00 GMT";
constexpr common::SystemTime moment = common::system_time(1795597200);

TEST(ClockWatch, ReadsTheDateOfHttp) {
  EXPECT_EQ(parse_http_date(date), moment);
  for (const char* text : {"", "now", "Wed, 25 Nov 2026 09:00:00", "2026-11-25T09:00:00Z",
                           "Wed, 25 Nov 2026 09:00:00 GMT+1", "Wed, 45 Nov 2026 09:00:00 GMT"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(ClockWatch, Attack30_ClocksThatAreTenMinutesApartAreSaidOnce) {
  for (const auto skew : {10min, -10min}) {
    ClockWatch watch(30s);
    EXPECT_EQ(watch.note(date, moment + 29s), Verdict::unchanged);
    EXPECT_EQ(watch.note(date, moment + skew), Verdict::apart);
    EXPECT_EQ(watch.difference(), skew);
    EXPECT_EQ(watch.note(date, moment + skew), Verdict::unchanged);
    EXPECT_EQ(watch.note("nonsense", moment), Verdict::unchanged);
    EXPECT_EQ(watch.note(date, moment), Verdict::together);
  }
}

}  // namespace
}  // namespace wic
