// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/dialog/calls_fixture.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using test::core_sdp;
using testing::HasSubstr;

constexpr const char* restart = "v=0\r\na=restart\r\n";
constexpr const char* same = "v=0\r\na=same\r\n";

class LocalAnswers : public Calls {
 protected:
  void reinvite(const std::string& sdp, const std::string& extra = "", std::uint32_t cseq = 2) {
    bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes + extra, sdp,
                                        "core-tag", cseq));
  }
  void call_with_timer(const std::string& agreed) {
    invite("Supported: timer\r\n");
    bench.core_answers(200, "core-tag", core_sdp, "Session-Expires: " + agreed);
    bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag"));
  }
};

TEST_F(LocalAnswers, MED12_IceRestartNeverReachesTheCore) {
  outgoing_call();
  bench.forget_traffic();
  reinvite(restart);
  const sip::Message& answer = bench.last_to_wic();
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.to_tag(), "core-tag");
  EXPECT_THAT(answer.body(), HasSubstr("a=answered-here"));
  EXPECT_TRUE(answer.has_sdp());
  EXPECT_EQ(answer.value("Contact"), "<" + std::string(bob_target) + ">");
  EXPECT_FALSE(answer.has("Session-Expires"));
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_TRUE(bench.stateless.empty()) << "the ACK is ours";
  EXPECT_EQ(bench.proxy.load().calls, 1U);

  reinvite("v=0\r\na=sendonly\r\n", "", 3);
  ASSERT_EQ(bench.to_core.size(), 1U);
  bench.core_answers(200, "core-tag", core_sdp);
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag", 3));
  EXPECT_EQ(bench.stateless.size(), 1U);
}

TEST_F(LocalAnswers, MED12_ReconnectedClientRestartsIceWithoutTheCore) {
  outgoing_call();
  bench.close(flow);
  flow = bench.registered("alice");
  bench.forget_traffic();
  reinvite(restart);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(LocalAnswers, MED12_CalledClientRestartsIceToo) {
  incoming_call();
  bench.forget_traffic();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c2", routes, restart,
                                      "core-tag", 7));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(LocalAnswers, UnchangedReofferIsAnsweredHereButARefreshIsNot) {
  outgoing_call();
  bench.forget_traffic();
  reinvite(same);
  EXPECT_TRUE(bench.to_core.empty());
  reinvite(same, "Session-Expires: 1800;refresher=uac\r\n", 3);
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_EQ(bench.last_to_core().value("Session-Expires"), "1800;refresher=uac");
}

TEST_F(LocalAnswers, RFC4028_RestartLeavesTheRefreshWhereItWasDue) {
  call_with_timer("600;refresher=uac");
  bench.advance(100s);
  bench.forget_traffic();
  reinvite(restart, "Session-Expires: 600;refresher=uac\r\n");
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.last_to_wic().value("Session-Expires"), "400;refresher=uac");
  EXPECT_EQ(bench.last_to_wic().value("Require"), "timer");
  bench.advance(170s);  // due in 30 s: the core may as well hear it now
  reinvite(restart, "Session-Expires: 600;refresher=uac\r\n", 3);
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST_F(LocalAnswers, RFC4028_OtherSidesRefreshIsRepeatedToTheClient) {
  call_with_timer("600;refresher=uas");
  bench.forget_traffic();
  reinvite(restart, "Session-Expires: 600\r\n");
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.last_to_wic().value("Session-Expires"), "600;refresher=uas");
  EXPECT_FALSE(bench.last_to_wic().has("Require"));
}

TEST_F(LocalAnswers, FailureOfTheMediaIsSaidToTheClientAlone) {
  outgoing_call();
  bench.forget_traffic();
  bench.media.refuse_next = true;
  reinvite(restart);
  EXPECT_EQ(bench.last_to_wic().status(), 488);
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(LocalAnswers, EarlyDialogsAreNotAnsweredHere) {
  invite();
  bench.core_answers(183, "core-tag", core_sdp, "RSeq: 1");
  bench.forget_traffic();
  reinvite(restart);
  EXPECT_EQ(bench.to_core.size(), 1U);
}

}  // namespace
}  // namespace ims
