// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/datagram_flows.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wic-gateway/phone/stun_keepalive.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using Verdict = DatagramFlows::Verdict;

const std::string options = "OPTIONS sip:a@b SIP/2.0\r\n\r\n";

class FlowsTest : public testing::Test {
 protected:
  FlowsTest() {
    limits.admission.connections = 4;
    limits.admission.connections_per_address = 3;
    limits.admission.handshakes = {100, 100};
    limits.messages = {10, 20};
  }
  DatagramFlows make() {
    return DatagramFlows(
        limits,
        {.next_flow = [this] { return ims::FlowId{++last}; },
         .is_registered = [this](ims::FlowId flow) { return registered.count(flow.value) != 0; }});
  }
  static DatagramFlows::Address from(const std::string& source, std::size_t listener = 0) {
    return {listener, *common::Endpoint::parse(source)};
  }

  DatagramLimits limits;
  std::uint64_t last = 0;
  std::set<std::uint64_t> registered;
  common::TimePoint now{1h};
};

TEST_F(FlowsTest, RFC5626_AFlowIsListenerAndSourceAddress) {
  auto flows = make();
  const auto first = flows.handle_datagram(now, from("198.51.100.1:5060"), options);
  EXPECT_EQ(first.verdict, Verdict::deliver);
  EXPECT_TRUE(first.opened);
  const auto again = flows.handle_datagram(now, from("198.51.100.1:5060"), options);
  EXPECT_EQ(again.flow, first.flow);
  EXPECT_FALSE(again.opened);
  EXPECT_NE(flows.handle_datagram(now, from("198.51.100.1:5061"), options).flow, first.flow);
  EXPECT_NE(flows.handle_datagram(now, from("198.51.100.1:5060", 1), options).flow, first.flow);
  ASSERT_NE(flows.find(first.flow), nullptr);
  EXPECT_EQ(flows.find(first.flow)->source.to_string(), "198.51.100.1:5060");
}

TEST_F(FlowsTest, KeepAlivesOpenNothing) {
  auto flows = make();
  for (const std::string_view text : {std::string_view("\r\n\r\n"), std::string_view("\r\n"),
                                      std::string_view("\0\0\0\0", 4), std::string_view("")}) {
    EXPECT_EQ(flows.handle_datagram(now, from("198.51.100.1:5060"), text).verdict, Verdict::ignore);
  }
  EXPECT_EQ(flows.size(), 0U);
}

TEST_F(FlowsTest, WhatIsNoSipIsRefused) {
  auto flows = make();
  for (const std::string_view text :
       {std::string_view("\x80\x00\x01\x02\x03\x04", 6), std::string_view("{\"json\":1}"),
        std::string_view("12345")}) {
    EXPECT_EQ(flows.handle_datagram(now, from("198.51.100.1:5060"), text).verdict,
              Verdict::refused);
  }
  EXPECT_EQ(flows.size(), 0U);
}

TEST_F(FlowsTest, Attack86_StrangersMakeRoomForOthersButNotRegisteredPhones) {
  auto flows = make();
  const auto phone = flows.handle_datagram(now, from("198.51.100.1:5060"), options);
  registered.insert(phone.flow.value);
  const auto stranger = flows.handle_datagram(now, from("198.51.100.2:5060"), options);
  for (int i = 3; i < 5; ++i) {
    static_cast<void>(
        flows.handle_datagram(now, from("198.51.100." + std::to_string(i) + ":5060"), options));
  }
  const auto fifth = flows.handle_datagram(now, from("198.51.100.9:5060"), options);
  EXPECT_EQ(fifth.verdict, Verdict::deliver);
  EXPECT_EQ(fifth.evicted, stranger.flow);
  EXPECT_NE(flows.find(phone.flow), nullptr);
  EXPECT_EQ(flows.size(), 4U);
  for (std::uint64_t id = 1; id <= last; ++id) registered.insert(id);
  EXPECT_EQ(flows.handle_datagram(now, from("198.51.100.10:5060"), options).verdict,
            Verdict::refused);
}

TEST_F(FlowsTest, OneAddressGetsItsShareOnly) {
  auto flows = make();
  for (int port = 1; port <= 3; ++port) {
    EXPECT_EQ(
        flows.handle_datagram(now, from("198.51.100.1:" + std::to_string(port)), options).verdict,
        Verdict::deliver);
  }
  EXPECT_EQ(flows.handle_datagram(now, from("198.51.100.1:4"), options).verdict, Verdict::refused);
}

TEST_F(FlowsTest, TooManyMessagesAreDropped) {
  auto flows = make();
  int delivered = 0;
  for (int i = 0; i < 50; ++i) {
    if (flows.handle_datagram(now, from("198.51.100.1:5060"), options).verdict ==
        Verdict::deliver) {
      ++delivered;
    }
  }
  EXPECT_EQ(delivered, 20);
}

TEST_F(FlowsTest, ASilentRegisteredPhoneIsKeptReachable) {
  auto flows = make();
  const auto phone = flows.handle_datagram(now, from("198.51.100.1:5060"), options);
  static_cast<void>(flows.handle_datagram(now, from("198.51.100.2:5060"), options));
  registered.insert(phone.flow.value);
  EXPECT_EQ(flows.poll_timeout(), now + 25s);
  EXPECT_TRUE(flows.handle_timeout(now + 24s).empty());
  EXPECT_THAT(flows.handle_timeout(now + 25s), testing::ElementsAre(phone.flow));
  static_cast<void>(flows.handle_datagram(now + 40s, from("198.51.100.1:5060"), "\r\n"));
  EXPECT_TRUE(flows.handle_timeout(now + 50s).empty());
  EXPECT_THAT(flows.handle_timeout(now + 65s), testing::ElementsAre(phone.flow));
}

TEST_F(FlowsTest, AClosedFlowIsForgotten) {
  auto flows = make();
  const auto phone = flows.handle_datagram(now, from("198.51.100.1:5060"), options);
  EXPECT_TRUE(flows.close(now, phone.flow));
  EXPECT_FALSE(flows.close(now, phone.flow));
  EXPECT_EQ(flows.find(phone.flow), nullptr);
  EXPECT_TRUE(flows.handle_datagram(now, from("198.51.100.1:5060"), options).opened);
}

std::string binding_request() {
  std::string out("\x00\x01\x00\x00\x21\x12\xa4\x42", 8);
  return out + "abcdefghijkl";
}

TEST_F(FlowsTest, RFC5626_StunOnTheSipPortIsAnswered) {
  auto flows = make();
  const auto outcome = flows.handle_datagram(now, from("192.0.2.1:32853"), binding_request());
  ASSERT_EQ(outcome.verdict, Verdict::answer);
  EXPECT_EQ(flows.size(), 0U);
  EXPECT_EQ(outcome.reply.substr(0, 2), std::string("\x01\x01", 2));
  EXPECT_EQ(outcome.reply.substr(8, 12), "abcdefghijkl");
  // RFC 5769 2.2: 192.0.2.1:32853 is a147 e112a643 under the cookie.
  EXPECT_EQ(outcome.reply.substr(24), std::string("\x00\x01\xa1\x47\xe1\x12\xa6\x43", 8));
}

TEST(Stun, OtherMessagesAreNotAnswered) {
  const auto source = *common::Endpoint::parse("192.0.2.1:1");
  EXPECT_TRUE(answer_stun(binding_request(), source));
  std::string indication = binding_request();
  indication[1] = '\x11';
  EXPECT_FALSE(answer_stun(indication, source));
  EXPECT_FALSE(answer_stun(binding_request() + "x", source));
  EXPECT_FALSE(answer_stun("", source));
  std::string long_one = binding_request();
  long_one[3] = 8;
  EXPECT_FALSE(answer_stun(long_one, source));
}

TEST(Stun, SixteenOctetsOfAnIpv6AddressGoUnderCookieAndTransaction) {
  const auto reply = answer_stun(binding_request(), *common::Endpoint::parse("[2001:db8::1]:5060"));
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->size(), 44U);
  EXPECT_EQ((*reply)[25], '\x02');
  EXPECT_EQ(static_cast<unsigned char>((*reply)[28]), 0x20U ^ 0x21U);
  EXPECT_EQ((*reply)[43], static_cast<char>('l' ^ 1));
}

}  // namespace
}  // namespace wic
