// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/dialog/calls_fixture.hpp"

namespace ims {
namespace {

using test::core_sdp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* sdp_of_b = "v=0\r\ns=b\r\n";

TEST_F(Calls, SES23_ForksNegotiateApartAndTheFirstConfirmedOneRules) {
  invite();
  bench.core_answers(183, "fork-a", core_sdp);
  bench.core_answers(183, "fork-b", sdp_of_b);
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("s=b"));
  EXPECT_EQ(bench.last_to_wic().to_tag(), "fork-b");
  EXPECT_THAT(bench.media.confirmed, IsEmpty());
  bench.core_answers(200, "fork-a", core_sdp);
  EXPECT_THAT(bench.media.log,
              ElementsAre("offer wic", "answer core", "answer core", "answer core final"));
  EXPECT_THAT(bench.media.dialogs, ElementsAre("", "fork-a", "fork-b", "fork-a"));
  bench.core_answers(200, "fork-b", sdp_of_b);
  EXPECT_EQ(bench.last_to_wic().to_tag(), "fork-b");          // for the WIC to end it
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("s=b"));  // its dialog has its own answer
  EXPECT_THAT(bench.media.confirmed, ElementsAre("fork-a"));
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "fork-b"));
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", "", "", "fork-b", 2));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  EXPECT_EQ(bench.proxy.load().calls, 1U);
  EXPECT_THAT(bench.media.confirmed, ElementsAre("fork-a", "fork-a"));
}

TEST_F(Calls, SES23_MediaMovesWhenTheFirstConfirmedForkEnds) {
  invite();
  bench.core_answers(200, "fork-a", core_sdp);
  bench.core_answers(200, "fork-b", sdp_of_b);
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", "", "", "fork-a", 2));
  EXPECT_THAT(bench.media.confirmed, ElementsAre("fork-a", "fork-b"));
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(Calls, SES23_AnswerOfOneForkDoesNotSettleTheOther) {
  invite("Supported: 100rel\r\n");
  bench.core_answers(183, "fork-a", core_sdp, "RSeq: 1");
  bench.core_answers(183, "fork-b", sdp_of_b);
  bench.core_answers(200, "fork-b", "v=0\r\ns=b2\r\n");
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("s=b2"));
  EXPECT_THAT(bench.media.log,
              ElementsAre("offer wic", "answer core final", "answer core", "answer core final"));
}

TEST_F(Calls, SES19_UpdateMayFollowAReliableEarlyAnswer) {
  invite("Supported: 100rel\r\n");
  bench.core_answers(183, "core-tag", core_sdp, "RSeq: 1");
  bench.send(flow, bench.request_text("UPDATE", bob_target, "alice", "c1", routes, test::wic_sdp,
                                      "core-tag", 2));
  EXPECT_TRUE(bench.last_to_core().is("UPDATE"));
  EXPECT_EQ(bench.media.log.back(), "offer wic");
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.media.log.back(), "answer core final");
}

}  // namespace
}  // namespace ims
