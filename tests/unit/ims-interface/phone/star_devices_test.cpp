// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/phone/phone_bench.hpp"

namespace test {
namespace {

using namespace std::chrono_literals;
using ims::Event;
using testing::HasSubstr;
using testing::Not;

/// A phone that can only dial, provisioned as "phone-17".
class StarPhone : public testing::Test {
 protected:
  StarPhone() {
    bench.access.star_prefix = "*55*";
    bench.access.star_devices = {"phone-*"};
    flow = bench.open_phone();
    bench.send(flow, bench.phone_register("phone-17"));
  }
  void dial(const std::string& digits, const std::string& call_id = "star") {
    std::string invite =
        bench.phone_request("INVITE", "sip:" + digits + "@ims.example", call_id, "", wic_sdp);
    bench.send(flow, invite);
  }
  [[nodiscard]] std::vector<std::string> everything_to_core() const {
    std::vector<std::string> out;
    for (const auto& sent : bench.to_core) out.push_back(sent.request.print());
    return out;
  }

  PhoneBench bench{ims::Transport::tls};
  ims::FlowId flow;
};

TEST_F(StarPhone, C13_TheDeviceIdentityRegistersHereAndReachesNobody) {
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_THAT(std::string(bench.last_to_wic().value("Contact")), HasSubstr("expires=120"));
  EXPECT_TRUE(bench.to_core.empty());
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c", "", wic_sdp));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST_F(StarPhone, C13_OtherNamesAreAskedForCredentials) {
  const auto other = bench.open_phone("198.51.100.21:5060");
  bench.send(other, bench.phone_register("alice"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
}

TEST_F(StarPhone, C13_ADialledCodeBindsThePhoneAndRegistersItsUserAtOnce) {
  dial("*55*0194507302");
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  EXPECT_EQ(bench.codes.asked.front().second.code, "0194507302");
  EXPECT_TRUE(bench.codes.asked.front().second.username.empty());
  EXPECT_TRUE(bench.codes.asked.front().second.star);
  bench.waf_accepts("alice");
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(std::string(bench.last_to_core().value("To")), HasSubstr("sip:alice@ims.example"));
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("phone-17@ims.example>;tag")));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_THAT(bench.last_to_wic().body(), HasSubstr("announcement"));
  bench.core_accepts_register();
  EXPECT_TRUE(bench.happened(Event::Kind::registered));
  EXPECT_THAT(everything_to_core(), testing::Each(Not(HasSubstr("0194507302"))));
}

TEST_F(StarPhone, C13_TheAnnouncementEndsWithAByeAndItsMediaGoes) {
  dial("*55*0194507302");
  bench.waf_accepts("alice");
  bench.core_accepts_register();
  bench.advance(5s);
  EXPECT_TRUE(bench.last_to_wic().is("BYE"));
  EXPECT_TRUE(bench.media.open.empty());
}

TEST_F(StarPhone, C13_ThePhoneMayHangUpFirst) {
  dial("*55*0194507302");
  bench.waf_accepts("alice");
  const std::string tag = bench.last_to_wic().to_tag();
  bench.core_accepts_register();
  std::string bye = bench.phone_request("BYE", "sip:gw.ims.example:5061", "star");
  bye.replace(bye.find("To: <sip:gw.ims.example:5061>"), 29,
              "To: <sip:*55*@ims.example>;tag=" + tag);
  bench.send(flow, bye);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_TRUE(bench.media.open.empty());
}

TEST_F(StarPhone, C13_AnExtensionMayStandInFrontOfTheCode) {
  dial("*55*2001*0194507302#");
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  EXPECT_EQ(bench.codes.asked.front().second.username, "2001");
  EXPECT_EQ(bench.codes.asked.front().second.code, "0194507302");
}

TEST_F(StarPhone, C13_TheBoundPhoneRefreshesUnderItsOwnNameAndCalls) {
  dial("*55*0194507302");
  bench.waf_accepts("alice");
  bench.core_accepts_register();
  bench.forget_traffic();
  bench.send(flow, bench.phone_register("phone-17"));
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(std::string(bench.last_to_core().value("To")), HasSubstr("alice"));
  bench.core_accepts_register();
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_THAT(std::string(bench.last_to_wic().value("To")), HasSubstr("phone-17"));
  bench.send(flow, bench.phone_request("INVITE", "sip:bob@ims.example", "c", "", wic_sdp));
  EXPECT_THAT(std::string(bench.last_to_core().value("P-Asserted-Identity")), HasSubstr("alice"));
}

TEST_F(StarPhone, Attack61_AWrongCodeBindsNothing) {
  dial("*55*9999999999");
  bench.waf_refuses();
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.last_to_wic().status(), 200);  // it hears that it failed
  EXPECT_THAT(bench.media.log, testing::Contains("announce refused"));
}

TEST_F(StarPhone, C13_WithoutAnnouncementsTheDisplaySaysIt) {
  bench.media.can_announce = false;
  dial("*55*9999999999");
  bench.waf_refuses();
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  dial("*55*0194507302", "second");
  bench.waf_accepts("alice");
  EXPECT_EQ(bench.last_to_wic().status(), 480);
  EXPECT_EQ(bench.last_to_wic().reason(), "Signed in");
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST_F(StarPhone, C13_IncompleteCodesAreNotTried) {
  for (const char* digits : {"*55*", "*55*123", "*55*12345678x", "*55**0194507302"}) {
    dial(digits, std::string("c") + digits);
    EXPECT_EQ(bench.last_to_wic().status(), 484) << digits;
  }
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST_F(StarPhone, A37_TheCodeStandsInNoEvent) {
  dial("*55*0194507302");
  bench.waf_refuses();
  const auto stranger = bench.open_phone("198.51.100.66:5060");
  bench.send(stranger,
             bench.phone_request("INVITE", "sip:*55*0194507302@ims.example", "x", "", wic_sdp));
  for (const Event& event : bench.events) {
    EXPECT_THAT(event.peer + event.why + event.impu, Not(HasSubstr("0194507302")));
  }
}

TEST_F(StarPhone, C13_OnANewConnectionOnlyACertificateIsKnownAgain) {
  dial("*55*0194507302");
  bench.waf_accepts("alice");
  bench.core_accepts_register();
  bench.codes.devices["x5t:cert-17"] = bench.phone_identity("alice", "c1");
  const auto plain = bench.open_phone("198.51.100.66:5060");
  bench.forget_traffic();
  bench.send(plain, bench.phone_register("phone-17"));
  EXPECT_TRUE(bench.to_core.empty());
  const auto known = bench.open_phone("198.51.100.67:5060", "cert-17");
  bench.send(known, bench.phone_register("phone-17"));
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(std::string(bench.last_to_core().value("To")), HasSubstr("alice"));
}

TEST_F(StarPhone, C13_AnotherUsersCodeTakesThePhoneOver) {
  dial("*55*0194507302");
  bench.waf_accepts("alice");
  bench.core_accepts_register();
  bench.forget_traffic();
  dial("*55*7777777777", "second");
  bench.waf_accepts("carol", "c2");
  ASSERT_EQ(bench.to_core.size(), 2U);
  EXPECT_THAT(bench.to_core[0].request.print(), HasSubstr("expires=0"));
  EXPECT_THAT(std::string(bench.to_core[1].request.value("To")), HasSubstr("carol"));
}

}  // namespace
}  // namespace test
