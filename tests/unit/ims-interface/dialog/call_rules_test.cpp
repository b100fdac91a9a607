// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/dialog/calls_fixture.hpp"

namespace ims {
namespace {

using test::core_sdp;
using test::EdgeBench;
using test::wic_sdp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

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

TEST_F(Calls, Attack24_ScopesGuardMethods) {
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

TEST_F(Calls, SES09_C080_PrivacyHidesTheCaller) {
  auto request = bench.core_request("INVITE", bench.path(), alice_contact, "c2", core_sdp);
  request.set("Privacy", "header; id");
  bench.from_core(std::move(request));
  EXPECT_FALSE(bench.last_to_wic().has("P-Asserted-Identity"));
  EXPECT_TRUE(bench.last_to_wic().has("Privacy"));
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

constexpr const char* picture_wish =
    "<?xml version=\"1.0\"?><media_control><vc_primitive><to_encoder><picture_fast_update/>"
    "</to_encoder></vc_primitive></media_control>";

TEST_F(Calls, RFC5168_AKeyframeWishEndsHereWhereRtcpCanTellIt) {
  outgoing_call();
  bench.forget_traffic();
  auto request = in_dialog("INFO", "c1", picture_wish);
  request.set("Content-Type", "application/media_control+xml");
  bench.from_core(request.clone());
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_TRUE(bench.to_wic.empty());
  EXPECT_THAT(bench.media.keyframes, ElementsAre(Side::wic));
  bench.media.can_ask_keyframe = false;
  request.set("CSeq", "3 INFO");
  bench.from_core(std::move(request));
  ASSERT_FALSE(bench.to_wic.empty());
  EXPECT_TRUE(bench.last_to_wic().is("INFO"));
  EXPECT_EQ(bench.last_to_wic().body(), picture_wish);
}

TEST_F(Calls, RFC5168_TheCoreIsAskedByInfoAndTheClientsNumbersGoOn) {
  outgoing_call();
  const CallHandle call = bench.proxy.calls(bench.now)[0].call;
  const auto ask = [&] {
    EXPECT_TRUE(bench.proxy.ask_keyframe(call));
    bench.drain();
  };
  ask();
  const sip::Message info = bench.last_to_core().clone();
  EXPECT_TRUE(info.is("INFO"));
  EXPECT_EQ(info.value("CSeq"), "2 INFO");
  EXPECT_EQ(info.from_tag(), "wic-tag");
  EXPECT_THAT(info.values("Route"), ElementsAre("<sip:mo@127.0.0.1:6060;lr>"));
  EXPECT_THAT(info.body(), HasSubstr("picture_fast_update"));
  bench.core_answers(200);
  bench.send(flow, bench.request_text("INVITE", bob_target, "alice", "c1", routes, wic_sdp,
                                      "core-tag", 2));
  EXPECT_EQ(bench.last_to_core().value("CSeq"), "3 INVITE");
  bench.core_answers(200, "core-tag", core_sdp);
  EXPECT_EQ(bench.last_to_wic().value("CSeq"), "2 INVITE");
  ask();
  EXPECT_EQ(bench.last_to_core().value("CSeq"), "4 INFO");
  bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag", 2));
  EXPECT_EQ(bench.stateless.back().request.value("CSeq"), "3 ACK");
  bench.send(flow, bench.request_text("BYE", bob_target, "alice", "c1", routes, "", "core-tag", 3));
  EXPECT_EQ(bench.last_to_core().value("CSeq"), "5 BYE");
  bench.core_answers(200);
  EXPECT_EQ(bench.last_to_wic().value("CSeq"), "3 BYE");
}

TEST_F(Calls, RFC5168_WhoRefusesAWishIsNotAskedAgain) {
  outgoing_call();
  const CallHandle call = bench.proxy.calls(bench.now)[0].call;
  EXPECT_TRUE(bench.proxy.ask_keyframe(call));
  bench.drain();
  bench.core_answers(415);
  EXPECT_FALSE(bench.proxy.ask_keyframe(call));
  EXPECT_EQ(bench.proxy.calls(bench.now).size(), 1U) << "the call goes on";
  EXPECT_FALSE(bench.proxy.ask_keyframe(CallHandle{12345}));
}

TEST_F(Calls, MED35_ADigitOfAnInfoIsSaidByEventsWhereTheyAreTaken) {
  using namespace std::chrono_literals;
  outgoing_call();
  bench.forget_traffic();
  std::uint32_t cseq = 2;
  const auto digit = [&](const char* type, const std::string& body) {
    auto request = in_dialog("INFO", "c1", body, cseq++);
    request.set("Content-Type", type);
    bench.from_core(std::move(request));
  };
  digit("application/dtmf-relay", "Signal=5\r\nDuration=240\r\n");
  digit("application/dtmf-relay", "Signal= *\r\nDuration=0\r\n");
  digit("application/dtmf", "11");
  digit("application/dtmf", "d");
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_TRUE(bench.to_wic.empty());
  EXPECT_THAT(bench.media.digits, ElementsAre(std::pair(5, 240ms), std::pair(10, 160ms),
                                              std::pair(11, 160ms), std::pair(15, 160ms)));
  bench.media.takes_events = false;
  digit("application/dtmf-relay", "Signal=7\r\n");
  EXPECT_TRUE(bench.last_to_wic().is("INFO"));
}

TEST_F(Calls, RFC6086_OtherInfoPasses) {
  outgoing_call();
  std::uint32_t cseq = 2;
  for (const char* body : {"Signal=hookflash", "", "Signal=16", "Signal=5x"}) {
    bench.forget_traffic();
    auto request = in_dialog("INFO", "c1", body, cseq++);
    request.set("Content-Type", "application/dtmf-relay");
    bench.from_core(std::move(request));
    ASSERT_FALSE(bench.to_wic.empty()) << body;
    EXPECT_TRUE(bench.last_to_wic().is("INFO"));
  }
  EXPECT_TRUE(bench.media.keyframes.empty());
  EXPECT_TRUE(bench.media.digits.empty());
}

TEST_F(Calls, C088_TamperedFlowTokensAreRefused) {
  std::string path = bench.path();
  path[8] = path[8] == 'A' ? 'B' : 'A';
  bench.from_core(bench.core_request("INVITE", path, alice_contact, "c2", core_sdp));
  EXPECT_EQ(bench.last_reply().status(), 403);
  EXPECT_TRUE(bench.to_wic.empty());
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

TEST_F(Calls, MessagesReachTheWic) {
  bench.from_core(bench.core_request("MESSAGE", bench.path(), alice_contact, "m1"));
  EXPECT_TRUE(bench.last_to_wic().is("MESSAGE"));
  bench.wic_answers(flow, 200);
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_EQ(bench.last_reply().value("P-Asserted-Identity"), "<tel:+15550101>");
}

}  // namespace
}  // namespace ims
