// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/dialog/calls_fixture.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using test::core_sdp;
using test::wic_sdp;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(Calls, RepeatedAnswersOfTheCoreAreAcknowledgedWithoutTheWic) {
  invite();
  bench.core_answers(200, "core-tag", core_sdp);
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "core-tag"));
  const auto told = bench.to_wic.size();
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.to_wic.size(), told);
  EXPECT_EQ(bench.stateless.size(), 2U);
}

TEST_F(Calls, REG47_SES26_LostConnectionEndsTheCallAfterGrace) {
  outgoing_call();
  bench.close(flow);
  bench.forget_traffic();
  bench.advance(29s);
  EXPECT_TRUE(bench.to_core.empty());
  bench.advance(2s);
  ASSERT_EQ(bench.to_core.size(), 2U);
  const sip::Message& bye = bench.to_core[0].request;
  EXPECT_TRUE(bye.is("BYE"));
  EXPECT_EQ(bye.cseq().number, 2U);
  EXPECT_EQ(bye.request_uri(), bob_target);
  EXPECT_EQ(bye.from_tag(), "wic-tag");
  EXPECT_EQ(bye.to_tag(), "core-tag");
  EXPECT_THAT(std::string(bye.value("Reason")), HasSubstr("SIP;cause=503"));
  EXPECT_TRUE(bench.to_core[1].request.is("REGISTER"));
  EXPECT_TRUE(bench.media.open.empty());
}

TEST_F(Calls, ReconnectedInstanceTakesItsCallsAlong) {
  outgoing_call();
  bench.close(flow);
  bench.advance(5s);
  std::string text = bench.register_text("alice", "token-alice");
  text.replace(text.find("alice-c@"), 8, "alice-d@");
  const FlowId fresh = bench.open();
  bench.send(fresh, text);
  bench.core_accepts_register();
  EXPECT_TRUE(bench.happened(Event::Kind::flow_resumed));
  bench.from_core(in_dialog("INFO", "c1"));
  EXPECT_EQ(bench.to_wic.back().first, fresh);
  EXPECT_EQ(bench.last_to_wic().request_uri(), "sip:alice-d@alice.invalid;transport=ws");
  bench.send(fresh,
             bench.request_text("BYE", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  bench.advance(60s);
  EXPECT_EQ(bench.proxy.load().registrations, 1U);
}

TEST_F(Calls, AnswerThatFindsNoClientIsAcknowledgedForIt) {
  outgoing_call();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes,
                                      "v=0\r\na=sendonly\r\n", "core-tag", 2));
  const CoreClientTx transaction = bench.to_core.back().transaction;
  const sip::Message request = bench.last_to_core().clone();
  bench.close(flow);
  bench.forget_traffic();
  bench.core_answers(transaction, request, 200, "core-tag", test::core_sdp);
  ASSERT_EQ(bench.stateless.size(), 1U);
  const sip::Message& ack = bench.stateless[0].request;
  EXPECT_TRUE(ack.is("ACK"));
  EXPECT_EQ(ack.cseq().number, 2U);
  EXPECT_EQ(ack.values("Route").size(), 1U);
  EXPECT_EQ(bench.media.log.back(), "answer core final");
  bench.core_answers(transaction, request, 200, "core-tag", test::core_sdp);
  EXPECT_EQ(bench.stateless.size(), 2U) << "the core repeats its 2xx";
  EXPECT_EQ(bench.proxy.load().calls, 1U);

  flow = bench.registered("alice");
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes, test::wic_sdp,
                                      "core-tag", 3));
  EXPECT_TRUE(bench.last_to_core().is("INVITE")) << "no offer is left open";
}

TEST_F(Calls, OfferThatFindsNoClientEndsTheCall) {
  outgoing_call();
  bench.send(flow,
             bench.request_text("INVITE", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  const CoreClientTx transaction = bench.to_core.back().transaction;
  const sip::Message request = bench.last_to_core().clone();
  bench.close(flow);
  bench.forget_traffic();
  bench.core_answers(transaction, request, 200, "core-tag", test::core_sdp);
  EXPECT_EQ(bench.stateless.size(), 1U);
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, RefusalThatFindsNoClientLeavesNoOfferOpen) {
  outgoing_call();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes,
                                      "v=0\r\na=sendonly\r\n", "core-tag", 2));
  bench.close(flow);
  bench.core_answers(488);
  EXPECT_EQ(bench.media.log.back(), "rollback");
}

TEST_F(Calls, ByeOfTheCoreDuringConnectionLossIsAnsweredForTheWic) {
  outgoing_call();
  bench.close(flow);
  bench.from_core(in_dialog("INFO", "c1"));
  EXPECT_EQ(bench.last_reply().status(), 430);
  bench.from_core(in_dialog("BYE", "c1"));
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, LosingTheCallerWhileRingingCancels) {
  invite();
  bench.core_answers(180);
  bench.close(flow);
  EXPECT_EQ(bench.cancels.size(), 1U);
  // The answer crossed the CANCEL: it is acknowledged and ended.
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.stateless.size(), 1U);
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
}

TEST_F(Calls, LosingTheCalledOneWhileRingingIsAFailedFlow) {
  incoming();
  bench.wic_answers(flow, 180);
  bench.close(flow);
  EXPECT_EQ(bench.last_reply().status(), 430);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, ReleaseSendsByeToBothSidesWithTheReason) {
  incoming_call();
  const auto calls = bench.proxy.calls(bench.now);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_TRUE(bench.proxy.release_call(bench.now, calls[0].call, 503, "media lost"));
  bench.drain();
  const sip::Message& core = bench.last_to_core();
  EXPECT_TRUE(core.is("BYE"));
  EXPECT_EQ(core.from_tag(), "wic-tag");
  EXPECT_THAT(core.values("Route"), ElementsAre("<sip:mt@127.0.0.1:6060;lr>"));
  EXPECT_EQ(core.value("Reason"), "SIP;cause=503;text=\"media lost\"");
  const sip::Message& wic = bench.last_to_wic();
  EXPECT_TRUE(wic.is("BYE"));
  EXPECT_EQ(wic.from_tag(), "core-tag");
  EXPECT_EQ(wic.cseq().number, 2U);
  EXPECT_FALSE(bench.proxy.release_call(bench.now, calls[0].call, 503, ""));
}

TEST_F(Calls, R08_R09_Attack89_CallsOutliveTheToken) {
  outgoing_call();
  bench.advance(600s);
  EXPECT_TRUE(bench.proxy.registrations(bench.now).empty());
  EXPECT_EQ(bench.proxy.load().calls, 1U);
  bench.send(flow, bench.request_text("MESSAGE", bob, "alice", "m1"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST_F(Calls, SES24_SilentWicIsTimedOut) {
  incoming();
  bench.advance(129s);
  EXPECT_EQ(bench.last_reply().status(), 408);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, TimerCEndsEndlessRinging) {
  invite();
  bench.core_answers(180);
  bench.advance(201s);
  EXPECT_EQ(bench.cancels.size(), 1U);
  bench.advance(33s);
  EXPECT_EQ(bench.last_to_wic().status(), 408);
}

TEST_F(Calls, SEC14_DialogsOfAFlowAreBounded) {
  for (int i = 0; i < 17; ++i) {
    bench.send(flow,
               bench.request_text("INVITE", bob, "alice", "b" + std::to_string(i), "", wic_sdp));
  }
  EXPECT_EQ(bench.last_to_wic().status(), 503);
  EXPECT_EQ(bench.to_core.size(), 16U);
}

TEST_F(Calls, Attack84_TwoMessagesInOneFrameReachNothing) {
  const std::string message = bench.request_text("MESSAGE", bob, "alice", "m1");
  bench.send(flow, message + message);
  EXPECT_EQ(bench.last_to_wic().status(), 400);
  EXPECT_TRUE(bench.to_core.empty());
  bench.send(flow, "rubbish");
  EXPECT_EQ(bench.closed.size(), 1U);
}

}  // namespace
}  // namespace ims
