// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/edge_bench.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using test::EdgeBench;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Registration, REG10_CoreSeesATrustedNodesAuthorization) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  ASSERT_EQ(bench.to_core.size(), 1U);
  const sip::Message& request = bench.last_to_core();
  EXPECT_EQ(request.request_uri(), "sip:ims.example");
  EXPECT_EQ(request.values("Authorization").size(), 6U);  // REG-11: one header of six parts
  EXPECT_EQ(
      request.value("Authorization"),
      "Digest username=\"alice@ims.example\", realm=\"ims.example\", "
      "uri=\"sip:ims.example\", nonce=\"\", response=\"\", integrity-protected=\"auth-done\"");
  EXPECT_THAT(request.print(), Not(HasSubstr("token-alice")));  // REG-05, B16, C-032
  EXPECT_EQ(bench.to_core.back().next_hop, "sip:127.0.0.1:5060;lr");
  EXPECT_EQ(request.value("Max-Forwards"), "69");
}

TEST(Registration, REG12_PathCarriesAuthenticatedFlowToken) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  EXPECT_THAT(std::string(bench.last_to_core().value("Path")), StartsWith("<sip:"));
  EXPECT_THAT(std::string(bench.last_to_core().value("Path")), HasSubstr("@127.0.0.1:5070;lr;ob>"));
  EXPECT_TRUE(bench.last_to_core().lists("Require", "path"));
  EXPECT_TRUE(bench.last_to_core().lists("Supported", "gruu"));  // REG-19
}

TEST(Registration, REG14_REG15_VisitedNetworkAndFreshChargingVector) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  EXPECT_EQ(bench.last_to_core().value("P-Visited-Network-ID"), "\"ims.example\"");
  const std::string first(bench.last_to_core().value("P-Charging-Vector"));
  EXPECT_THAT(first, HasSubstr("orig-ioi=\"Type 1ims.example\""));
  EXPECT_THAT(first, Not(HasSubstr("term-ioi")));
  bench.core_accepts_register();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  EXPECT_NE(bench.last_to_core().value("P-Charging-Vector"), first);
}

TEST(Registration, REG18_ContactKeepsInstanceAndRegId) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("alice", "token-alice"));
  const std::string contact(bench.last_to_core().value("Contact"));
  EXPECT_THAT(contact, HasSubstr("<sip:alice-c@alice.invalid;transport=ws>"));
  EXPECT_THAT(contact, HasSubstr("reg-id=1"));
  EXPECT_THAT(contact, HasSubstr("+sip.instance=\"<urn:uuid:alice>\""));
}

TEST(Registration, Attack29_TheTokenIsNowhereInWhatTheCoreGets) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  const std::string proof = "Proxy-Authorization: Bearer token-alice\r\nDPoP: token-alice\r\n";
  bench.send(flow, bench.register_text("alice", "token-alice", 600, proof));
  bench.core_accepts_register();
  for (const char* method : {"INVITE", "MESSAGE", "SUBSCRIBE"}) {
    bench.send(flow, bench.request_text(method, "sip:bob@ims.example", "alice", method,
                                        "Authorization: Bearer token-alice\r\n" + proof));
  }
  std::set<std::string> seen;
  for (const auto& sent : bench.to_core) {
    EXPECT_THAT(sent.request.print(), testing::Not(HasSubstr("token-alice")));
    seen.insert(std::string(sent.request.method()));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"REGISTER", "INVITE", "MESSAGE", "SUBSCRIBE"}));
}

TEST(Registration, REG20_Attack91_BindingNeverOutlivesTheToken) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("alice", "token-alice", 3600));
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=570"));
}

TEST(Registration, REG21_ThirdPartyWafIsNamedToTheCore) {
  EdgeBench bench;
  bench.verifier.tokens["token-alice"].waf = "waf.third.example";
  bench.send(bench.open(), bench.register_text("alice", "token-alice"));
  EXPECT_THAT(std::string(bench.last_to_core().value("Authorization")),
              HasSubstr("authorization-entity=\"waf.third.example\""));
}

TEST(Registration, REG30_C013_C045_C047_C048_AnswerIsStoredAndCleaned) {
  EdgeBench bench;
  bench.registered("alice");
  const sip::Message& answer = bench.last_to_wic();
  EXPECT_FALSE(answer.has("P-Charging-Vector"));
  EXPECT_FALSE(answer.has("P-Charging-Function-Addresses"));
  EXPECT_TRUE(answer.has("P-Associated-URI"));
  EXPECT_TRUE(answer.has("Service-Route"));
  EXPECT_THAT(std::string(answer.value("Contact")), HasSubstr("expires=540"));        // REG-33, B23
  EXPECT_THAT(std::string(answer.value("Via")), HasSubstr("received=198.51.100.7"));  // WS-06
  const auto listed = bench.proxy.registrations(bench.now);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_THAT(listed[0].associated_uris,
              testing::ElementsAre("sip:alice@ims.example", "tel:+15550101"));
  EXPECT_TRUE(bench.happened(Event::Kind::registered));
}

TEST(Registration, TOK08_B01_MissingTokenIsChallengedAndConnectionStays) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", ""));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  const std::string challenge(bench.last_to_wic().value("WWW-Authenticate"));
  EXPECT_EQ(challenge,
            "Bearer realm=\"ims.example\", authz_server=\"https://localhost:8443\", "
            "scope=\"webrtc-ims-client-access-to-ims\"");
  EXPECT_TRUE(bench.closed.empty());
  EXPECT_EQ(bench.verifier.checks, 0U);  // attack 86
  for (int i = 0; i < 3; ++i) bench.send(flow, bench.register_text("alice", ""));
  ASSERT_EQ(bench.closed.size(), 1U);  // rate limited
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Registration, C024_TOK07_InvalidTokenIsRefusedThenConnectionCloses) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("alice", "stolen"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_THAT(std::string(bench.last_to_wic().value("WWW-Authenticate")),
              HasSubstr("error=\"invalid_token\""));
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].code, 1008);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Registration, TokenFailuresHaveTheirAnswers) {
  const std::vector<std::pair<TokenFailure, int>> table = {{TokenFailure::malformed, 400},
                                                           {TokenFailure::invalid_scope, 401},
                                                           {TokenFailure::client_refused, 403},
                                                           {TokenFailure::unavailable, 503}};
  for (const auto& [failure, status] : table) {
    EdgeBench bench;
    bench.verifier.failures["bad"] = failure;
    bench.send(bench.open(), bench.register_text("alice", "bad"));
    EXPECT_EQ(bench.last_to_wic().status(), status);
    EXPECT_EQ(bench.last_to_wic().has("Retry-After"), status == 503);
    EXPECT_TRUE(bench.to_core.empty());
  }
}

TEST(Registration, LaterOutcomesContinueAndSilenceIs503) {
  EdgeBench bench;
  bench.verifier.later = true;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  EXPECT_TRUE(bench.to_core.empty());
  bench.proxy.handle_token_outcome(bench.now, *bench.verifier.asked, bench.identity("alice"));
  bench.drain();
  EXPECT_EQ(bench.to_core.size(), 1U);
  bench.core_accepts_register();
  bench.send(flow, bench.register_text("alice", "token-alice"));
  bench.advance(6s);
  EXPECT_EQ(bench.last_to_wic().status(), 503);
  bench.proxy.handle_token_outcome(bench.now, *bench.verifier.asked, bench.identity("alice"));
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST(Registration, TOK05_R01_Attack77_IdentitiesComeFromTheTokenOnly) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("carol", "token-alice"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_EQ(bench.closed.size(), 1U);
  std::string text = bench.register_text("alice", "token-alice");
  text.replace(text.find("To: <sip:alice"), 14, "To: <sip:carol");
  bench.send(bench.open(), text);
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Registration, R05_REG42_Attack83_OneUserAFlow) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.send(flow, bench.register_text("carol", "token-carol"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST(Registration, Attack79_InstanceOfAnotherUserIsRefused) {
  EdgeBench bench;
  bench.registered("alice");
  std::string text = bench.register_text("carol", "token-carol");
  text.replace(text.find("urn:uuid:carol"), 14, "urn:uuid:alice");
  bench.send(bench.open(), text);
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST(Registration, R04_C020_Attack80_HeadersOfTheTrustDomainAreRemoved) {
  EdgeBench bench;
  bench.send(
      bench.open(),
      bench.register_text("alice", "token-alice", 600,
                          "P-Asserted-Identity: <sip:bob@ims.example>\r\n"
                          "Path: <sip:evil@evil.example;lr>\r\n"
                          "Service-Route: <sip:evil@evil.example;lr>\r\n"
                          "P-Visited-Network-ID: evil\r\n"
                          "P-Charging-Vector: icid-value=evil\r\n"
                          "P-Access-Network-Info: IEEE-802.11;network-provided\r\n"
                          "Authorization: Digest username=\"bob@ims.example\", "
                          "integrity-protected=\"auth-done\", authorization-entity=\"evil\"\r\n"
                          "Route: <sip:evil@evil.example;lr>\r\n"));
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("evil")));
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("bob")));
  EXPECT_FALSE(bench.last_to_core().has("P-Access-Network-Info"));  // C-043
}

TEST(Registration, REG43_ContactStarBecomesTheOwnContact) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  std::string text = bench.register_text("alice", "token-alice", -1, "Expires: 0\r\n");
  const auto at = text.find("Contact: ");
  text.replace(at, text.find("\r\n", at) - at, "Contact: *");
  bench.send(flow, text);
  ASSERT_EQ(bench.to_core.size(), 2U);
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")),
              HasSubstr("alice-c@alice.invalid"));
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=0"));
  bench.core_answers(200);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST(Registration, REG40_RefreshChecksTheTokenAgain) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.advance(300s);
  bench.verifier.tokens["second"] = bench.identity("alice");
  bench.send(flow, bench.register_text("alice", "second"));
  bench.core_accepts_register();
  EXPECT_EQ(bench.verifier.checks, 2U);
  bench.advance(400s);  // beyond the first expiry
  EXPECT_EQ(bench.proxy.registrations(bench.now).size(), 1U);
  EXPECT_TRUE(bench.happened(Event::Kind::refreshed));
}

TEST(Registration, R08_ExpiryEndsTheBindingAndLaterTheConnection) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.advance(541s);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_TRUE(bench.closed.empty());
  bench.send(flow, bench.request_text("MESSAGE", "sip:bob@ims.example", "alice", "m1"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.advance(31s);
  EXPECT_EQ(bench.closed.size(), 1U);
}

TEST(Registration, TokensWithLittleLifeAreRefusedByTokenNotBy423) {
  EdgeBench bench;
  bench.verifier.tokens["token-alice"].expires_at = bench.now + 59s;
  bench.send(bench.open(), bench.register_text("alice", "token-alice"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
}

TEST(Registration, REG47_LossIsBridgedThenDeregistered) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.close(flow);
  bench.advance(29s);
  EXPECT_EQ(bench.to_core.size(), 1U);
  bench.from_core(bench.core_request("MESSAGE", bench.path(), "sip:alice-c@alice.invalid", "x"));
  EXPECT_EQ(bench.last_reply().status(), 430);  // C-085
  bench.advance(2s);
  ASSERT_EQ(bench.to_core.size(), 2U);
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=0"));
  EXPECT_THAT(std::string(bench.last_to_core().value("Authorization")), HasSubstr("auth-done"));
  bench.core_answers(200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST(Registration, REG48_SameInstanceAndRegIdReplaceTheOldFlow) {
  EdgeBench bench;
  const FlowId old = bench.registered("alice");
  const FlowId fresh = bench.registered("alice");
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].flow, old);
  EXPECT_EQ(bench.closed[0].code, 1000);
  bench.from_core(bench.core_request("MESSAGE", bench.path(), "sip:alice-c@alice.invalid", "x"));
  EXPECT_EQ(bench.to_wic.back().first, fresh);
  EXPECT_EQ(bench.proxy.load().registrations, 1U);
}

TEST(Registration, REG48_BindingTakenByAnotherWorkerEndsHereWithoutAWordToTheCore) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  ASSERT_FALSE(bench.events.empty());
  const std::string binding = bench.events.back().binding;
  ASSERT_FALSE(binding.empty());
  bench.forget_traffic();
  bench.proxy.supersede(bench.now, "bob@ims.example\nsip:bob@ims.example\nx\n1");
  bench.drain();
  EXPECT_EQ(bench.proxy.load().registrations, 1U);
  bench.proxy.supersede(bench.now, binding);
  bench.drain();
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_TRUE(bench.to_core.empty());
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].flow, flow);
  EXPECT_EQ(bench.closed[0].code, 1000);
  EXPECT_THAT(bench.closed[0].reason, HasSubstr("replaced"));  // the client stops on this word
}

TEST(Registration, REG47_SupersededBindingInGraceIsNotTakenBackAtTheCore) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  const std::string binding = bench.events.back().binding;
  bench.close(flow);
  bench.forget_traffic();
  bench.proxy.supersede(bench.now, binding);
  bench.advance(31s);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Registration, REG48_OnlyANewConnectionTakesABinding) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.send(flow, bench.register_text("alice", "token-alice"));
  bench.core_accepts_register();
  ASSERT_EQ(bench.events.back().kind, Event::Kind::refreshed);
  EXPECT_TRUE(bench.events.back().binding.empty());
  bench.registered("alice");
  EXPECT_FALSE(bench.events.back().binding.empty());
}

TEST(Registration, C046_AnotherConnectionCannotUseTheIdentities) {
  EdgeBench bench;
  bench.registered("alice");
  const FlowId other = bench.open();
  bench.forget_traffic();
  bench.send(other, bench.request_text("MESSAGE", "sip:bob@ims.example", "alice", "c046"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Registration, C049_RefusedRefreshEndsTheBindingAndLaterTheConnection) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.send(flow, bench.register_text("alice", "token-alice"));
  bench.core_answers(403, "s");
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_TRUE(bench.closed.empty());
  bench.advance(31s);
  ASSERT_EQ(bench.closed.size(), 1U) << "nobody may stay connected without a registration";
  EXPECT_EQ(bench.closed[0].flow, flow);
}

TEST(Registration, CoreAnswersFollowTheTable) {
  const std::vector<std::pair<int, int>> table = {{403, 403}, {401, 500}, {420, 500}, {404, 404},
                                                  {480, 480}, {503, 503}, {408, 504}, {439, 439}};
  for (const auto& [core, wic] : table) {
    EdgeBench bench;
    bench.send(bench.open(), bench.register_text("alice", "token-alice"));
    bench.core_answers(core, "s");
    EXPECT_EQ(bench.last_to_wic().status(), wic) << core;
    EXPECT_EQ(bench.proxy.load().registrations, 0U) << core;
    EXPECT_EQ(bench.happened(Event::Kind::core_misconfigured), core == 401 || core == 420);
  }
}

TEST(Registration, SilentCoreIs504) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("alice", "token-alice"));
  bench.advance(129s);
  EXPECT_EQ(bench.last_to_wic().status(), 504);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST(Registration, TooBriefIsRetriedOnceWithinTheTokensLife) {
  EdgeBench bench;
  bench.send(bench.open(), bench.register_text("alice", "token-alice", 60));
  bench.core_answers(423, "s", "", "Min-Expires: 300");
  ASSERT_EQ(bench.to_core.size(), 2U);
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=300"));
  bench.core_answers(423, "s", "", "Min-Expires: 400");
  EXPECT_EQ(bench.last_to_wic().status(), 423);
}

TEST(Registration, TOK10_RevocationEndsEverything) {
  EdgeBench bench;
  bench.registered("alice");
  EXPECT_EQ(bench.proxy.revoke(bench.now, {Revocation::Kind::sid, "s-alice", ""}), 1U);
  bench.drain();
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=0"));
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed[0].code, 1008);
}

TEST(Registration, SEC14_UnregisteredConnectionsAreClosed) {
  EdgeBench bench;
  bench.open();
  bench.advance(11s);
  EXPECT_EQ(bench.closed.size(), 1U);
}

TEST(Registration, ShutdownTakesRegistrationsBack) {
  EdgeBench bench;
  bench.registered("alice");
  bench.proxy.drain(30s);
  bench.send(bench.open(), bench.register_text("carol", "token-carol"));
  EXPECT_EQ(bench.last_to_wic().status(), 503);
  EXPECT_EQ(bench.last_to_wic().value("Retry-After"), "30");
  bench.proxy.deregister_all(bench.now, "shutting down");
  bench.drain();
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=0"));
}

}  // namespace
}  // namespace ims
