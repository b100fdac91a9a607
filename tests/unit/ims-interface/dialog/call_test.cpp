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

TEST_F(Calls, OutgoingCallWithEarlyMediaAndByeOfTheWic) {
  invite();
  EXPECT_THAT(bench.last_to_core().body(), HasSubstr("a=offered-by:wic"));
  EXPECT_EQ(bench.last_to_wic().status(), 100);
  bench.core_answers(183, "core-tag", core_sdp);
  EXPECT_EQ(bench.last_to_wic().status(), 183);
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("a=answered-by:core"));
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_FALSE(bench.last_to_wic().has("P-Charging-Vector"));
  EXPECT_THAT(bench.media.log, ElementsAre("offer wic", "answer core", "answer core final"));

  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "core-tag"));
  ASSERT_EQ(bench.stateless.size(), 1U);
  EXPECT_THAT(bench.stateless[0].request.values("Route"),
              ElementsAre("<sip:mo@127.0.0.1:6060;lr>"));
  EXPECT_EQ(bench.stateless[0].next_hop, "sip:mo@127.0.0.1:6060;lr");
  ASSERT_EQ(bench.proxy.calls(bench.now).size(), 1U);
  EXPECT_EQ(bench.proxy.calls(bench.now)[0].state, "answered");

  const std::string icid(bench.to_core[0].request.value("P-Charging-Vector"));
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  const std::string in_dialog(bench.last_to_core().value("P-Charging-Vector"));
  EXPECT_EQ(in_dialog, icid.substr(0, icid.find(';')));  // C-078
  bench.core_answers(200);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.media.log.back(), "release");
  EXPECT_TRUE(bench.proxy.calls(bench.now).empty());
  bench.advance(200s);
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST_F(Calls, IncomingCallHasTheHeadersOfTheTerminatingSide) {
  incoming();
  const sip::Message& request = bench.last_to_wic();
  EXPECT_TRUE(request.is("INVITE"));
  EXPECT_THAT(request.body(), HasSubstr("a=offered-by:core"));
  for (const char* name : {"P-Charging-Vector", "P-Served-User", "Route"}) {  // SES-14
    EXPECT_FALSE(request.has(name)) << name;
  }
  EXPECT_EQ(request.value("P-Called-Party-ID"), "<tel:+15550101>");  // SES-13
  EXPECT_EQ(request.value("P-Asserted-Identity"), "<sip:bob@ims.example>");
  EXPECT_EQ(request.values("Record-Route").size(), 2U);
  bench.wic_answers(flow, 183, "wic-tag", wic_sdp);
  const sip::Message& answer = bench.last_reply();
  EXPECT_EQ(answer.value("P-Asserted-Identity"), "<tel:+15550101>");
  EXPECT_THAT(
      std::string(answer.value("P-Charging-Vector")),
      testing::AllOf(HasSubstr("icid-value=\"abc\""), HasSubstr("orig-ioi=\"Type 1ims.example\""),
                     HasSubstr("term-ioi=\"Type 1ims.example\"")));  // SES-16
  EXPECT_EQ(answer.values("Via").size(), 2U);                        // SES-15
  EXPECT_EQ(answer.values("Record-Route").size(), 2U);
  EXPECT_THAT(answer.body(), HasSubstr("a=answered-by:wic"));
}

TEST_F(Calls, IncomingCallAnsweredAndEndedByTheCore) {
  incoming_call();
  EXPECT_TRUE(bench.last_to_wic().is("ACK"));
  ASSERT_EQ(bench.proxy.calls(bench.now).size(), 1U);
  EXPECT_EQ(bench.proxy.calls(bench.now)[0].impu, "tel:+15550101");
  bench.from_core(in_dialog("BYE", "c2"));
  EXPECT_TRUE(bench.last_to_wic().is("BYE"));
  bench.wic_answers(flow, 200);
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_TRUE(bench.proxy.calls(bench.now).empty());
  EXPECT_TRUE(bench.media.open.empty());
}

TEST_F(Calls, SES17_RouteSetKeepsTheCalledSideWhenOneGatewayServesBoth) {
  invite();
  const auto& sent = bench.to_core.back();
  sip::Message answer = sent.request.reply(200, {}, "core-tag");
  answer.add("Contact", "<sip:bob@127.0.0.1:5090>");
  answer.add("Record-Route", "<sip:called@127.0.0.1:5070;lr>");
  answer.add("Record-Route", "<sip:mo@127.0.0.1:6060;lr>");
  for (const std::string& own : sent.request.values("Record-Route"))
    answer.add("Record-Route", own);
  answer.set_body(test::core_sdp, "application/sdp");
  bench.proxy.handle_core_response(bench.now, sent.transaction, std::move(answer));
  bench.drain();
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag"));
  ASSERT_EQ(bench.stateless.size(), 1U);
  EXPECT_THAT(bench.stateless.back().request.values("Route"),
              testing::ElementsAre("<sip:mo@127.0.0.1:6060;lr>", "<sip:called@127.0.0.1:5070;lr>"));
}

TEST_F(Calls, BusyEndsTheCallOnBothSides) {
  invite();
  bench.core_answers(486);
  EXPECT_EQ(bench.last_to_wic().status(), 486);
  EXPECT_EQ(bench.media.log.back(), "release");
  bench.send(flow, bench.request_text("ACK", bob, "alice", "c1", "", "", "core-tag", 1, "inv"));
  EXPECT_TRUE(bench.stateless.empty());  // hop by hop
  incoming();
  bench.wic_answers(flow, 486);
  EXPECT_EQ(bench.last_reply().status(), 486);
  EXPECT_TRUE(bench.last_to_wic().is("ACK"));
  EXPECT_EQ(bench.proxy.load().calls, 0U);
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST_F(Calls, Attack88_CancelOfTheWicReachesTheCore) {
  invite();
  bench.core_answers(180);
  bench.send(flow, bench.request_text("CANCEL", bob, "alice", "c1", "", "", "", 1, "inv"));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.last_to_wic().cseq().method, "CANCEL");
  ASSERT_EQ(bench.cancels.size(), 1U);
  bench.core_answers(487);
  EXPECT_EQ(bench.last_to_wic().status(), 487);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
  bench.send(flow, bench.request_text("CANCEL", bob, "alice", "c1", "", "", "", 1, "none"));
  EXPECT_EQ(bench.last_to_wic().status(), 481);
}

TEST_F(Calls, CancelOfTheCoreWaitsForAProvisionalAnswerAndKeepsItsReason) {
  const CoreServerTx transaction = incoming();
  constexpr const char* reason = "SIP;cause=200;text=\"Call completed elsewhere\"";
  bench.proxy.handle_core_cancel(bench.now, transaction, reason);
  bench.drain();
  EXPECT_TRUE(bench.last_to_wic().is("INVITE"));
  bench.wic_answers(flow, 180);
  EXPECT_TRUE(bench.last_to_wic().is("CANCEL"));
  EXPECT_EQ(bench.last_to_wic().value("Reason"), reason);
  bench.wic_answers(flow, 487);
  EXPECT_EQ(bench.last_reply().status(), 487);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, HoldByTheWicAndResumeByTheCore) {
  outgoing_call();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes,
                                      "v=0\r\na=sendonly\r\n", "core-tag", 2));
  EXPECT_THAT(bench.last_to_core().values("Route"), ElementsAre("<sip:mo@127.0.0.1:6060;lr>"));
  EXPECT_THAT(bench.last_to_core().body(), HasSubstr("a=sendonly"));
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("a=answered-by:core"));
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "core-tag", 2));
  EXPECT_EQ(bench.stateless.size(), 2U);

  bench.from_core(in_dialog("INVITE", "c1", core_sdp));
  EXPECT_TRUE(bench.last_to_wic().is("INVITE"));
  bench.wic_answers(flow, 200, "wic-tag", wic_sdp);
  EXPECT_EQ(bench.last_reply().status(), 200);
  bench.from_core(in_dialog("ACK", "c1"));
  EXPECT_TRUE(bench.last_to_wic().is("ACK"));
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(Calls, RefusedReInviteKeepsTheCall) {
  outgoing_call();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes, wic_sdp,
                                      "core-tag", 2));
  bench.core_answers(488, "core-tag");
  EXPECT_EQ(bench.last_to_wic().status(), 488);
  EXPECT_EQ(bench.media.log.back(), "rollback");
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(Calls, GlareIsAnsweredForThePeer) {
  outgoing_call();
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes, wic_sdp,
                                      "core-tag", 2));
  bench.from_core(in_dialog("INVITE", "c1", core_sdp));
  EXPECT_EQ(bench.last_reply().status(), 491);
}

TEST_F(Calls, MED13_OfferlessInviteIsAnsweredInTheAck) {
  incoming("");
  EXPECT_TRUE(bench.last_to_wic().body().empty());
  bench.wic_answers(flow, 200, "wic-tag", wic_sdp);
  EXPECT_THAT(bench.last_reply().body(), HasSubstr("a=offered-by:wic"));
  bench.from_core(in_dialog("ACK", "c2", core_sdp, 1));
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("a=answered-by:core"));
  EXPECT_THAT(bench.media.log, ElementsAre("offer wic", "answer core final"));
}

TEST_F(Calls, MediaThatCannotBeCarriedIs488WithAReason) {
  bench.media.refuse_next = true;
  invite();
  EXPECT_EQ(bench.last_to_wic().status(), 488);
  EXPECT_THAT(std::string(bench.last_to_wic().value("Warning")), HasSubstr("m-line 1 refused"));
  EXPECT_TRUE(bench.to_core.empty());
  bench.media.refuse_next = true;
  incoming();
  EXPECT_EQ(bench.last_reply().status(), 488);
  EXPECT_EQ(bench.proxy.load().calls, 0U);
}

TEST_F(Calls, AnUnusableAnswerEndsTheCallTowardBothSides) {
  invite();
  bench.media.refuse_next = true;
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.last_to_wic().status(), 488);
  ASSERT_EQ(bench.stateless.size(), 1U);
  EXPECT_TRUE(bench.stateless[0].request.is("ACK"));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  EXPECT_EQ(bench.last_to_core().cseq().number, 2U);
  EXPECT_THAT(bench.last_to_core().values("Route"), ElementsAre("<sip:mo@127.0.0.1:6060;lr>"));
}

TEST_F(Calls, SubscriptionsAreDialogsToo) {
  bench.send(flow, bench.request_text("SUBSCRIBE", bob, "alice", "s1", "Event: presence\r\n"));
  bench.core_answers(200, "core-tag", "", "Expires: 600");
  auto notify = bench.core_request("NOTIFY", "", alice_dialog, "s1", "", "wic-tag");
  notify.set("Subscription-State", "active");
  bench.from_core(std::move(notify));
  EXPECT_TRUE(bench.last_to_wic().is("NOTIFY"));
  bench.wic_answers(flow, 200);
  EXPECT_EQ(bench.last_reply().status(), 200);
  auto last = bench.core_request("NOTIFY", "", alice_dialog, "s1", "", "wic-tag", 3);
  last.set("Subscription-State", "terminated;reason=timeout");
  bench.from_core(std::move(last));
  EXPECT_EQ(bench.proxy.load().subscriptions, 0U);
}

}  // namespace
}  // namespace ims
