// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ims-interface/sip/name_addr.hpp"
#include "tests/unit/ims-interface/edge_bench.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using test::core_sdp;
using test::EdgeBench;
using test::wic_sdp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* bob = "sip:bob@ims.example";
constexpr const char* bob_target = "sip:bob@127.0.0.1:5090";
constexpr const char* alice_contact = "sip:alice-c@alice.invalid;transport=ws";
constexpr const char* alice_dialog = "sip:alice-c@alice.invalid;transport=ws;ob";

/// alice is registered; helpers bring a call to where a test begins.
class Calls : public testing::Test {
 protected:
  Calls() : flow(bench.registered("alice")) { bench.forget_traffic(); }

  void invite(const std::string& extra = "", const std::string& branch = "inv") {
    bench.send(flow,
               bench.request_text("INVITE", bob, "alice", "c1", extra, wic_sdp, "", 1, branch));
  }
  void outgoing_call() {
    invite();
    bench.core_answers(180);
    bench.core_answers(200, "core-tag", core_sdp);
    bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag"));
  }
  CoreServerTx incoming(const std::string& sdp = core_sdp) {
    return bench.from_core(bench.core_request("INVITE", bench.path(), alice_contact, "c2", sdp));
  }
  void incoming_call() {
    incoming();
    bench.wic_answers(flow, 180);
    bench.wic_answers(flow, 200, "wic-tag", wic_sdp);
    bench.from_core(in_dialog("ACK", "c2"));
  }
  sip::Message in_dialog(const std::string& method, const std::string& call_id,
                         const std::string& sdp = "", std::uint32_t cseq = 2) {
    auto request =
        bench.core_request(method, own_route, alice_dialog, call_id, sdp, "wic-tag", cseq);
    return request;
  }

  EdgeBench bench;
  FlowId flow;
  std::string routes = "Route: <sip:mo@127.0.0.1:6060;lr>\r\n";
  std::string own_route;
};

TEST_F(Calls, SES04_ServiceRouteIsPreloaded) {
  invite();
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(bench.last_to_core().values("Route"), ElementsAre("<sip:orig@127.0.0.1:6060;lr>"));
  EXPECT_EQ(bench.to_core.back().next_hop, "sip:orig@127.0.0.1:6060;lr");
  EXPECT_EQ(bench.last_to_core().request_uri(), bob);  // SES-01
  EXPECT_EQ(bench.last_to_core().value("Max-Forwards"), "69");
}

TEST_F(Calls, SES04_Attack87_ForeignRoutesAreReplaced) {
  invite("Route: <sip:127.0.0.1:5070;lr>, <sip:evil.example;lr>\r\n");
  EXPECT_THAT(bench.last_to_core().values("Route"), ElementsAre("<sip:orig@127.0.0.1:6060;lr>"));
}

TEST(CallPolicy, SES04_ForeignRoutesAreRefusedByChoice) {
  auto policy = EdgeBench::default_policy();
  policy.reject_foreign_routes = true;
  EdgeBench bench(policy);
  const FlowId flow = bench.registered("alice");
  bench.send(
      flow, bench.request_text("MESSAGE", bob, "alice", "m",
                               "Route: <sip:127.0.0.1:5070;lr>, <sip:orig@127.0.0.1:6060;lr>\r\n"));
  EXPECT_EQ(bench.to_core.size(), 2U);
  bench.send(flow,
             bench.request_text("MESSAGE", bob, "alice", "m2", "Route: <sip:evil.example;lr>\r\n"));
  EXPECT_EQ(bench.last_to_wic().status(), 400);
}

TEST_F(Calls, SES05_PreferredIdentityIsAsserted) {
  invite("P-Preferred-Identity: <tel:+15550101>\r\nP-Asserted-Identity: <sip:x@y>\r\n");
  EXPECT_EQ(bench.last_to_core().value("P-Asserted-Identity"), "<tel:+15550101>");
  EXPECT_FALSE(bench.last_to_core().has("P-Preferred-Identity"));
}

TEST_F(Calls, SES05_Attack76_ForeignPreferredIdentityBecomesTheDefault) {
  invite("P-Preferred-Identity: <sip:carol@ims.example>\r\n");
  EXPECT_EQ(bench.last_to_core().value("P-Asserted-Identity"), "<sip:alice@ims.example>");
}

TEST_F(Calls, SES06_TrustDomainHeadersAreRemoved) {
  invite(
      "P-Served-User: <sip:x@y>\r\nP-Charging-Vector: icid-value=evil\r\nFeature-Caps: *\r\n"
      "P-Access-Network-Info: x;network-provided, IEEE-802.11\r\nHistory-Info: <sip:x@y>\r\n"
      "Authorization: Bearer token-alice\r\nPriority: psap-callback\r\nX-Other: stays\r\n");
  const sip::Message& out = bench.last_to_core();
  for (const char* name :
       {"P-Served-User", "Feature-Caps", "History-Info", "Authorization", "Priority"}) {
    EXPECT_FALSE(out.has(name)) << name;
  }
  EXPECT_THAT(out.values("P-Access-Network-Info"), ElementsAre("IEEE-802.11"));  // SES-08
  EXPECT_EQ(out.value("X-Other"), "stays");
  EXPECT_THAT(out.print(), Not(HasSubstr("evil")));
}

TEST_F(Calls, SES07_RecordRouteAndChargingVector) {
  invite();
  EXPECT_THAT(std::string(bench.last_to_core().value("Record-Route")),
              HasSubstr("@127.0.0.1:5070;lr>"));
  EXPECT_THAT(std::string(bench.last_to_core().value("P-Charging-Vector")),
              HasSubstr("orig-ioi=\"Type 1ims.example\""));
  EXPECT_EQ(bench.last_to_core().value("P-Preferred-Service"),
            "urn:urn-7:3gpp-service.ims.icsi.mmtel");  // SES-10
}

TEST_F(Calls, SES03_Attack90_NothingPassesBeforeRegistration) {
  const FlowId stranger = bench.open();
  bench.send(stranger, bench.request_text("INVITE", bob, "alice", "c9", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(Calls, ScopesGuardMethods) {
  bench.verifier.tokens["token-carol"].scopes = {"sip.register"};
  const FlowId carol = bench.registered("carol");
  bench.forget_traffic();
  bench.send(carol, bench.request_text("INVITE", bob, "carol", "c1", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.send(carol, bench.request_text("MESSAGE", bob, "carol", "c2"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.send(carol, bench.request_text("OPTIONS", bob, "carol", "c3"));
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST_F(Calls, SES18_UnknownMethodsAndMessagesPass) {
  for (const char* method : {"MESSAGE", "PUBLISH", "OPTIONS", "FUTURE"}) {
    bench.send(flow, bench.request_text(method, bob, "alice", std::string("x") + method));
    EXPECT_EQ(bench.last_to_core().method(), method);
    bench.core_answers(202);
    EXPECT_EQ(bench.last_to_wic().status(), 202);
    EXPECT_EQ(bench.last_to_wic().values("Via").size(), 1U);  // the gateway's own is gone
  }
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

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

TEST_F(Calls, SES09_C080_PrivacyHidesTheCaller) {
  auto request = bench.core_request("INVITE", bench.path(), alice_contact, "c2", core_sdp);
  request.set("Privacy", "header; id");
  bench.from_core(std::move(request));
  EXPECT_FALSE(bench.last_to_wic().has("P-Asserted-Identity"));
  EXPECT_TRUE(bench.last_to_wic().has("Privacy"));
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

TEST_F(Calls, CancelOfTheCoreWaitsForAProvisionalAnswer) {
  const CoreServerTx transaction = incoming();
  bench.proxy.handle_core_cancel(bench.now, transaction);
  bench.drain();
  EXPECT_TRUE(bench.last_to_wic().is("INVITE"));
  bench.wic_answers(flow, 180);
  EXPECT_TRUE(bench.last_to_wic().is("CANCEL"));
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

TEST_F(Calls, ForkingKeepsEarlyDialogsApartAndFollowsTheConfirmedOne) {
  invite();
  bench.core_answers(183, "fork-a", core_sdp);
  bench.core_answers(183, "fork-b", "v=0\r\ns=b\r\n");
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("s=b"));
  EXPECT_EQ(bench.last_to_wic().to_tag(), "fork-b");
  bench.core_answers(200, "fork-a", core_sdp);
  EXPECT_THAT(bench.media.log,
              ElementsAre("offer wic", "answer core", "answer core", "answer core final"));
  bench.core_answers(200, "fork-b", "v=0\r\ns=b\r\n");
  EXPECT_EQ(bench.last_to_wic().to_tag(), "fork-b");             // for the WIC to end it
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("s=core"));  // media stays with the first
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "fork-b"));
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", "", "", "fork-b", 2));
  EXPECT_TRUE(bench.last_to_core().is("BYE"));
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(Calls, RepeatedAnswersOfTheCoreAreAcknowledgedWithoutTheWic) {
  invite();
  bench.core_answers(200, "core-tag", core_sdp);
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", "", "", "core-tag"));
  const auto told = bench.to_wic.size();
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.to_wic.size(), told);
  EXPECT_EQ(bench.stateless.size(), 2U);
}

TEST_F(Calls, SES17_C081_DialogsBelongToTheirFlow) {
  outgoing_call();
  const FlowId carol = bench.registered("carol");
  bench.forget_traffic();
  bench.send(carol,
             bench.request_text("BYE", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c7", routes, "", "core-tag", 2));
  EXPECT_EQ(bench.last_to_wic().status(), 481);
  bench.from_core(bench.core_request("BYE", "", alice_dialog, "c7", "", "wic-tag"));
  EXPECT_EQ(bench.last_reply().status(), 481);
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.proxy.load().calls, 1U);
}

TEST_F(Calls, SES17_RouteSetIsEnforcedInDialog) {
  outgoing_call();
  bench.send(flow, bench.request_text("INFO", bob_target, "alice", "c1",
                                      "Route: <sip:evil.example;lr>\r\n", "", "core-tag", 2));
  EXPECT_THAT(bench.last_to_core().values("Route"), ElementsAre("<sip:mo@127.0.0.1:6060;lr>"));
}

TEST_F(Calls, C088_TamperedFlowTokensAreRefused) {
  std::string path = bench.path();
  path[8] = path[8] == 'A' ? 'B' : 'A';
  bench.from_core(bench.core_request("INVITE", path, alice_contact, "c2", core_sdp));
  EXPECT_EQ(bench.last_reply().status(), 403);
  EXPECT_TRUE(bench.to_wic.empty());
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

TEST_F(Calls, SES19_SES20_RequirementsTheWicLacksAreNamed) {
  auto request = bench.core_request("INVITE", bench.path(), alice_contact, "c2", core_sdp);
  request.set("Require", "100rel");
  bench.from_core(std::move(request));
  EXPECT_EQ(bench.last_reply().status(), 420);
  EXPECT_EQ(bench.last_reply().value("Unsupported"), "100rel");
}

TEST_F(Calls, SES30_SES32_Attack95_EmergencyIsSentToTheDevice) {
  for (const char* uri : {"urn:service:sos", "urn:service:sos.fire", "sip:112@ims.example",
                          "tel:911", "sip:911;phone-context=x@ims.example;user=phone"}) {
    bench.send(flow, bench.request_text("INVITE", uri, "alice", uri, "", wic_sdp));
    EXPECT_EQ(bench.last_to_wic().status(), 380) << uri;
    EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("<type>emergency</type>"));
  }
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_TRUE(bench.happened(Event::Kind::emergency_refused));
}

TEST_F(Calls, SES28_HiddenSessionDescriptionsAreRefused) {
  std::string text = bench.request_text("INVITE", bob, "alice", "c1", "", wic_sdp);
  text.replace(text.find("application/sdp"), 15, "multipart/mixed");
  bench.send(flow, text);
  EXPECT_EQ(bench.last_to_wic().status(), 415);
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

TEST_F(Calls, MessagesReachTheWic) {
  bench.from_core(bench.core_request("MESSAGE", bench.path(), alice_contact, "m1"));
  EXPECT_TRUE(bench.last_to_wic().is("MESSAGE"));
  bench.wic_answers(flow, 200);
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_EQ(bench.last_reply().value("P-Asserted-Identity"), "<tel:+15550101>");
}

}  // namespace
}  // namespace ims
