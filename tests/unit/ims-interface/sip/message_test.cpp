// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ims-interface/sip/sofia.hpp"

namespace ims::sip {
namespace {

using testing::ElementsAre;

const std::string invite =
    "INVITE sip:bob@ims.example SIP/2.0\r\n"
    "v: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\n"
    "Max-Forwards: 70\r\n"
    "Route: <sip:a@h;lr>, \"x, y\" <sip:b@h;lr>\r\n"
    "Route: <sip:c@h;lr>\r\n"
    "From: \"Alice, A\" <sip:alice@ims.example>;tag=f1\r\n"
    "To: <sip:bob@ims.example>\r\n"
    "Call-ID: c1\r\n"
    "CSeq: 7 INVITE\r\n"
    "Supported: outbound, replaces\r\n"
    "X-Unknown: kept\r\n"
    "Content-Length: 0\r\n\r\n";

Message parsed(const std::string& text) {
  auto message = Message::parse(text);
  EXPECT_TRUE(message) << message.error().message();
  return std::move(*message);
}

TEST(Message, ReadsWhatRulesAskFor) {
  const Message message = parsed(invite);
  EXPECT_EQ(message.call_id(), "c1");
  EXPECT_EQ(message.cseq(), (CSeq{7, "INVITE"}));
  EXPECT_EQ(message.from_tag(), "f1");
  EXPECT_EQ(message.to_tag(), "");
  EXPECT_EQ(message.top_branch(), "z9hG4bK1");
  EXPECT_EQ(message.number("Max-Forwards"), 70U);
  EXPECT_TRUE(message.lists("Supported", "Replaces"));
  EXPECT_THAT(message.values("Route"),
              ElementsAre("<sip:a@h;lr>", "\"x, y\" <sip:b@h;lr>", "<sip:c@h;lr>"));
}

TEST(Message, PrintsWhatItParsedSoThatSofiaAndWeAgree) {
  const Message message = parsed(invite);
  const Message again = parsed(message.print());
  EXPECT_EQ(again.print(), message.print());
  EXPECT_EQ(again.value("X-Unknown"), "kept");
  const auto native = to_sofia(message);
  ASSERT_TRUE(native);
  const auto back = from_sofia(native->get());
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->call_id(), "c1");
  EXPECT_EQ(back->values("Route").size(), 3U);
  EXPECT_EQ(back->value("X-Unknown"), "kept");
}

TEST(Message, EditsKeepTheOrderOfOtherHeaders) {
  Message message = parsed(invite);
  message.set_values("Route", std::vector<std::string>{"<sip:z@h;lr>"});
  message.prepend("Via", "SIP/2.0/WSS gw;branch=z9hG4bK2");
  message.remove_token("Supported", "outbound");
  message.remove("X-Unknown");
  message.set_body("v=0\r\n", "application/sdp");
  EXPECT_THAT(message.values("Via"), ElementsAre("SIP/2.0/WSS gw;branch=z9hG4bK2",
                                                 "SIP/2.0/WSS x.invalid;branch=z9hG4bK1"));
  EXPECT_THAT(message.values("Route"), ElementsAre("<sip:z@h;lr>"));
  EXPECT_EQ(message.value("Supported"), "replaces");
  EXPECT_TRUE(message.has_sdp());
  EXPECT_NE(message.print().find("Content-Length: 5\r\n\r\nv=0\r\n"), std::string::npos);
}

TEST(Message, RepliesCarryTheRequestsIdentification) {
  const Message reply = parsed(invite).reply(486, {}, "t9");
  EXPECT_EQ(reply.status(), 486);
  EXPECT_EQ(reply.reason(), "Busy Here");
  EXPECT_EQ(reply.to_tag(), "t9");
  EXPECT_EQ(reply.from_tag(), "f1");
  EXPECT_FALSE(reply.has("Max-Forwards"));
  EXPECT_EQ(parsed(invite).reply(100, {}, "t9").to_tag(), "");
}

TEST(Message, WhatSofiaCannotReadIsRefused) {
  std::string text = invite;
  text.replace(text.find("7 INVITE"), 8, "x INVITE");
  EXPECT_FALSE(Message::parse(text));
  text = invite;
  text.replace(text.find("Max-Forwards: 70"), 16, "Max-Forwards: ab");
  EXPECT_FALSE(Message::parse(text));
}

TEST(Message, OwnRequestsHaveNoViaBeforeTheyAreSent) {
  Message request = Message::request("SUBSCRIBE", "sip:alice@ims.example");
  request.add("Max-Forwards", "70");
  request.add("From", "<sip:gateway@ims.example>;tag=g");
  request.add("To", "<sip:alice@ims.example>");
  request.add("Call-ID", "own");
  request.add("CSeq", "1 SUBSCRIBE");
  EXPECT_FALSE(to_sofia(request));
  EXPECT_TRUE(to_sofia(request, ViaRule::added_by_nta));
}

TEST(Message, EmergencyUrnsAndTelUrisAreRequestUris) {
  for (const char* uri : {"urn:service:sos", "tel:+15550102", "sips:bob@ims.example"}) {
    std::string text = invite;
    text.replace(text.find("sip:bob@ims.example"), 19, uri);
    EXPECT_TRUE(Message::parse(text)) << uri;
  }
}

}  // namespace
}  // namespace ims::sip
