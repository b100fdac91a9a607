// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/phone/phone_bench.hpp"

namespace test {
namespace {

using namespace std::chrono_literals;
using ims::Transport;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A phone registered over UDP in an isolated network.
class UdpPhone : public testing::Test {
 protected:
  UdpPhone() {
    bench.access.digest = {ims::DigestAlgorithm::sha256};
    bench.access.code_networks = {*common::IpPrefix::parse("198.51.100.0/24")};
    flow = bench.registered_phone();
    bench.forget_traffic();
    bench.sent_texts.clear();
  }

  /// How often a text that begins so went out.
  [[nodiscard]] long count(const std::string& start) const {
    return std::count_if(bench.sent_texts.begin(), bench.sent_texts.end(),
                         [&](const std::string& text) { return text.starts_with(start); });
  }

  PhoneBench bench{Transport::udp};
  ims::FlowId flow;
};

TEST_F(UdpPhone, RFC3261_17_2_2_ARepeatedRequestGetsTheSameAnswerAndGoesNowhere) {
  const std::string message =
      bench.phone_request("MESSAGE", "sip:bob@ims.example", "m1", "", "", "same");
  bench.send(flow, message);
  bench.send(flow, message);  // before the answer: absorbed
  EXPECT_EQ(bench.to_core.size(), 1U);
  bench.core_answers(202);
  bench.send(flow, message);
  bench.advance(31s);
  bench.send(flow, message);
  EXPECT_EQ(count("SIP/2.0 202"), 3);
  EXPECT_EQ(bench.to_core.size(), 1U);
  bench.advance(2s);  // timer J
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST_F(UdpPhone, RFC3261_17_2_1_AFailedInviteIsRepeatedUntilItsAck) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "inv"));
  bench.core_answers(486);
  bench.advance(500ms);
  bench.advance(1s);
  EXPECT_EQ(count("SIP/2.0 486"), 3);  // at once, after T1, after 2*T1
  bench.send(flow, bench.phone_request("ACK", "sip:bob@ims.example", "c1", "", "", "inv"));
  bench.advance(31s);
  EXPECT_EQ(count("SIP/2.0 486"), 3);
  EXPECT_EQ(bench.to_core.size(), 1U);
  EXPECT_EQ(bench.proxy.load().transactions, 0U);  // timer I
}

TEST_F(UdpPhone, RFC3261_17_2_1_WithoutAnAckItEndsWithTimerH) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "inv"));
  bench.core_answers(486);
  bench.advance(33s);
  EXPECT_EQ(count("SIP/2.0 486"), 11);  // 0, 0.5, 1.5, 3.5, then every 4 s up to 31.5
  EXPECT_EQ(bench.proxy.load().transactions, 0U);
}

TEST_F(UdpPhone, AnAnsweredInviteIsRepeatedUntilItsAck) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "inv"));
  bench.core_answers(200, "core-tag", core_sdp);
  bench.advance(600ms);
  EXPECT_EQ(count("SIP/2.0 200"), 2);
  std::string ack = bench.phone_request("ACK", "sip:bob@127.0.0.1:5090", "c1");
  ack.replace(ack.find("To: <sip:bob@127.0.0.1:5090>"), 28,
              "To: <sip:bob@ims.example>;tag=core-tag");
  bench.send(flow, ack);
  EXPECT_EQ(bench.stateless.size(), 1U);
  bench.advance(20s);
  EXPECT_EQ(count("SIP/2.0 200"), 2);
}

TEST_F(UdpPhone, RFC3261_17_1_1_AnInviteIsRepeatedUntilThePhoneAnswers) {
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  bench.advance(1600ms);
  EXPECT_EQ(count("INVITE"), 3);
  bench.wic_answers(flow, 180);
  bench.advance(20s);
  EXPECT_EQ(count("INVITE"), 3);
}

TEST_F(UdpPhone, RFC3261_17_1_1_ASilentPhoneIsGivenUpWithTimerB) {
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  bench.advance(31900ms);
  EXPECT_EQ(count("INVITE"), 7);  // 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5
  EXPECT_TRUE(bench.replies.empty());
  bench.advance(200ms);
  ASSERT_FALSE(bench.replies.empty());
  EXPECT_EQ(bench.last_reply().status(), 408);
}

TEST_F(UdpPhone, RFC3261_17_1_1_3_ARepeatedFailureIsAcknowledgedAgain) {
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  bench.wic_answers(flow, 486);
  bench.wic_answers(flow, 486);
  EXPECT_EQ(count("ACK"), 2);
  EXPECT_EQ(bench.replies.size(), 1U);
  bench.advance(33s);  // timer D
  bench.wic_answers(flow, 486);
  EXPECT_EQ(count("ACK"), 2);
}

TEST_F(UdpPhone, RFC3261_13_2_2_4_ARepeated2xxIsAcknowledgedAgain) {
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  bench.wic_answers(flow, 200, "phone-tag", wic_sdp);
  bench.from_core(
      bench.core_request("ACK", "", "sip:alice@192.168.1.5:5060", "t1", "", "phone-tag"));
  EXPECT_EQ(count("ACK"), 1);
  bench.send(flow, [&] {
    for (const auto& [to, message] : bench.to_wic) {
      if (message.is_request() && message.is("INVITE")) {
        auto again = message.reply(200, {}, "phone-tag");
        again.add("Contact", "<sip:alice@192.168.1.5:5060>");
        return again.print();
      }
    }
    return std::string();
  }());
  EXPECT_EQ(count("ACK"), 2);
  EXPECT_EQ(bench.replies.size(), 1U);
}

TEST_F(UdpPhone, RFC3261_9_1_ACancelIsRepeatedUntilAnswered) {
  const auto transaction = bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  bench.wic_answers(flow, 180);
  bench.proxy.handle_core_cancel(bench.now, transaction);
  bench.drain();
  bench.advance(1600ms);
  EXPECT_EQ(count("CANCEL"), 3);
  for (const auto& [to, message] : bench.to_wic) {
    if (message.is_request() && message.is("CANCEL")) {
      bench.send(flow, message.reply(200).print());
      break;
    }
  }
  bench.advance(10s);
  EXPECT_EQ(count("CANCEL"), 3);
  bench.wic_answers(flow, 487);
  EXPECT_EQ(bench.last_reply().status(), 487);
}

TEST_F(UdpPhone, RFC3261_17_1_2_OtherRequestsAreRepeatedAtMostEveryT2) {
  bench.from_core(bench.core_request("MESSAGE", bench.path(), "sip:alice@192.168.1.5:5060", "t1"));
  bench.advance(20s);
  EXPECT_EQ(count("MESSAGE"), 8);  // 0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5
}

TEST_F(UdpPhone, RFC3581_OurRequestsAskForRportAndNameTheTransport) {
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  const std::string via(bench.last_to_wic().values("Via").front());
  EXPECT_THAT(via, StartsWith("SIP/2.0/UDP gw.ims.example:5061;branch="));
  EXPECT_THAT(via, HasSubstr(";rport"));
}

TEST_F(UdpPhone, TheRouteSetLeadsThePhoneToItsOwnListener) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp));
  bench.core_answers(200, "core-tag", core_sdp);
  const auto outgoing = bench.last_to_wic().values("Record-Route");
  ASSERT_GE(outgoing.size(), 2U);
  EXPECT_THAT(outgoing.back(), HasSubstr("@gw.ims.example:5061;lr>"));
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  EXPECT_THAT(bench.last_to_wic().values("Record-Route").front(),
              HasSubstr("@gw.ims.example:5061;lr>"));
  bench.wic_answers(flow, 200, "phone-tag", wic_sdp);
  EXPECT_THAT(bench.last_reply().values("Record-Route").front(), HasSubstr("@127.0.0.1:5070"));
}

TEST_F(UdpPhone, MediaIsToldWhereThePhoneIs) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp));
  ASSERT_EQ(bench.media.access.size(), 1U);
  const ims::AccessSide& side = bench.media.access.begin()->second;
  EXPECT_EQ(side.transport, Transport::udp);
  EXPECT_EQ(side.source.to_string(), "198.51.100.20");
}

TEST_F(UdpPhone, RFC3261_18_1_1_ALongMessageGoesInCompactForm) {
  auto invite =
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp);
  invite.add("X-Long", std::string(1000, 'x'));
  bench.from_core(std::move(invite));
  EXPECT_THAT(bench.sent_texts.back(), HasSubstr("\r\nv: SIP/2.0/UDP"));
  EXPECT_THAT(bench.sent_texts.back(), HasSubstr("\r\nl: "));
}

TEST_F(UdpPhone, Attack86_StrangersLeaveNoStateBehind) {
  const auto before = bench.proxy.load().transactions;
  for (int i = 0; i < 100; ++i) {
    const auto stranger = bench.open_phone("198.51.100.77:" + std::to_string(10'000 + i));
    bench.send(stranger, bench.phone_register("carol"));
    EXPECT_EQ(bench.last_to_wic().status(), 401);
  }
  EXPECT_EQ(bench.proxy.load().transactions, before);
  EXPECT_TRUE(bench.codes.asked.empty());
  EXPECT_TRUE(bench.to_core.empty());
  bench.advance(std::chrono::seconds(11));
  EXPECT_EQ(bench.closed.size(), 100U);  // and are forgotten
}

TEST_F(UdpPhone, Attack84_85_GarbageFromAForgedSourceDoesNotEndTheFlow) {
  for (int i = 0; i < 10; ++i) {
    bench.send(flow, "INVITE nonsense");
    bench.send(flow, std::string("REGISTER sip:ims.example SIP/2.0\r\nVia: \0x\r\n\r\n", 42));
  }
  EXPECT_TRUE(bench.closed.empty());
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(UdpPhone, R05_AnotherUserOnTheAddressIsForbiddenAndTheFirstStays) {
  bench.send(flow, bench.phone_register("carol"));
  bench.send(flow, bench.phone_register("carol", bench.digest("carol")));
  bench.waf_accepts("carol", "c2");
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.closed.empty());
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(UdpPhone, AnotherSourceAddressTakesTheRegistrationOver) {
  const auto moved = bench.open_phone("198.51.100.20:61000");  // the NAT gave it another port
  bench.send(moved, bench.phone_register("alice"));
  bench.send(moved, bench.phone_register("alice", bench.digest("alice")));
  bench.waf_accepts("alice");
  bench.core_accepts_register();
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.closed.front().flow, flow);
  bench.from_core(
      bench.core_request("INVITE", bench.path(), "sip:alice@192.168.1.5:5060", "t1", core_sdp));
  EXPECT_EQ(bench.to_wic.back().first, moved);
}

TEST_F(UdpPhone, Attack88_AckAndCancelAreNeverChallenged) {
  const auto stranger = bench.open_phone("198.51.100.99:5060");
  bench.send(stranger, bench.phone_request("ACK", "sip:bob@ims.example", "x"));
  EXPECT_TRUE(bench.sent_texts.empty());
  bench.send(stranger, bench.phone_request("CANCEL", "sip:bob@ims.example", "x"));
  EXPECT_EQ(bench.last_to_wic().status(), 481);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(UdpPhone, Attack90_AnInviteBeforeRegisterIsForbidden) {
  const auto stranger = bench.open_phone("198.51.100.99:5060");
  bench.send(stranger, bench.phone_request("INVITE", "sip:bob@ims.example", "x", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(UdpPhone, Attack76_AForeignPreferredIdentityIsReplaced) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1",
                                       "P-Preferred-Identity: <sip:carol@ims.example>\r\n"
                                       "P-Asserted-Identity: <sip:carol@ims.example>\r\n",
                                       wic_sdp));
  EXPECT_THAT(std::string(bench.last_to_core().value("P-Asserted-Identity")),
              HasSubstr("alice@ims.example"));
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("carol")));
}

TEST_F(UdpPhone, Attack27_ATokenOnAnotherRequestIsRevokedToo) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1",
                                       "Authorization: Bearer token-alice\r\n", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  ASSERT_EQ(bench.revoked.size(), 1U);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(UdpPhone, Attack95_AnEmergencyCallIsAnsweredNotDropped) {
  const auto stranger = bench.open_phone("198.51.100.99:5060");
  bench.send(stranger, bench.phone_request("INVITE", "sip:112@ims.example", "x", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 380);
}

/// Where a source address can be forged, requests are asked for credentials.
class GuardedPhone : public testing::Test {
 protected:
  GuardedPhone() {
    bench.access.digest = {ims::DigestAlgorithm::sha256};
    bench.access.code_networks = {*common::IpPrefix::parse("198.51.100.0/24")};
    bench.access.challenge_requests = true;
    flow = bench.registered_phone();
    bench.forget_traffic();
  }
  PhoneBench bench{Transport::udp};
  ims::FlowId flow;
};

TEST_F(GuardedPhone, B12_ACallFromAForgedSourceIsChallengedAndGoesNowhere) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 407);
  EXPECT_THAT(std::string(bench.last_to_wic().value("Proxy-Authenticate")), HasSubstr("qop"));
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(GuardedPhone, B12_ThePhoneItselfAnswersAndCalls) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "a"));
  bench.send(flow, bench.phone_request("ACK", "sip:bob@ims.example", "c1", "", "", "a"));
  // The challenge is what went out before the phone's ACK.
  bench.send(flow, bench.phone_request(
                       "INVITE", "sip:bob@ims.example", "c1",
                       bench.digest("alice", "", "00000001", 'a', "Proxy-Authorization"), wic_sdp));
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  EXPECT_EQ(bench.codes.asked.front().second.method, "INVITE");
  EXPECT_TRUE(bench.to_core.empty());
  bench.waf_accepts("alice");
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_FALSE(bench.last_to_core().has("Proxy-Authorization"));
}

TEST_F(GuardedPhone, B12_AnotherUsersCredentialsAreForbidden) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "a"));
  bench.send(flow, bench.phone_request(
                       "INVITE", "sip:bob@ims.example", "c1",
                       bench.digest("alice", "", "00000001", 'a', "Proxy-Authorization"), wic_sdp));
  bench.waf_accepts("carol");
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST_F(GuardedPhone, ACancelWhileCredentialsAreCheckedEndsTheCall) {
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c1", "", wic_sdp, "a"));
  bench.send(flow,
             bench.phone_request("INVITE", "sip:bob@ims.example", "c1",
                                 bench.digest("alice", "", "00000001", 'a', "Proxy-Authorization"),
                                 wic_sdp, "b"));
  bench.send(flow, bench.phone_request("CANCEL", "sip:bob@ims.example", "c1", "", "", "b"));
  EXPECT_EQ(bench.last_to_wic().status(), 487);
  bench.waf_accepts("alice");
  EXPECT_TRUE(bench.to_core.empty());
}

}  // namespace
}  // namespace test
