// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/edge_bench.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using test::EdgeBench;
using testing::HasSubstr;
using testing::Not;

std::string with_contact(std::string text, const std::string& contact) {
  const auto at = text.find("Contact: ");
  return text.replace(at, text.find("\r\n", at) - at, "Contact: " + contact);
}

TEST(Deregistration, REG43_R10_UnknownContactIsAnsweredHere) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("alice", "token-alice", 0));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_FALSE(bench.last_to_wic().has("Contact"));
  bench.send(flow,
             with_contact(bench.register_text("alice", "token-alice", -1, "Expires: 0\r\n"), "*"));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_TRUE(bench.to_core.empty());
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST(Deregistration, R10_Attack78_RemovalTouchesOwnBindingsOnly) {
  EdgeBench bench;
  const FlowId first = bench.registered("alice");
  bench.advance(40s);
  const FlowId second = bench.open();
  const std::string other =
      "<sip:tablet@alice.invalid;transport=ws>;reg-id=1"
      ";+sip.instance=\"<urn:uuid:tablet>\"";
  bench.send(second, with_contact(bench.register_text("alice", "token-alice"), other));
  bench.core_accepts_register();
  const std::size_t before = bench.to_core.size();

  // The other device's contact under one's own instance, and "*" of a flow that holds nothing.
  bench.send(first, with_contact(bench.register_text("alice", "token-alice"),
                                 "<sip:tablet@alice.invalid;transport=ws>;expires=0"));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.last_to_wic().values("Contact").size(), 1U);
  EXPECT_THAT(std::string(bench.last_to_wic().value("Contact")),
              testing::AllOf(HasSubstr("alice-c@alice.invalid"), HasSubstr("expires=500")));
  EXPECT_TRUE(bench.last_to_wic().has("Service-Route"));
  EXPECT_EQ(bench.last_to_wic().values("P-Associated-URI").size(), 2U);
  const FlowId third = bench.open();
  bench.send(third,
             with_contact(bench.register_text("alice", "token-alice", -1, "Expires: 0\r\n"), "*"));
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_FALSE(bench.last_to_wic().has("Contact"));
  EXPECT_EQ(bench.to_core.size(), before);
  EXPECT_EQ(bench.proxy.load().registrations, 2U);
}

TEST(Deregistration, R10_Attack78_ForeignAddressOfRecordIsRefused) {
  EdgeBench bench;
  const FlowId flow = bench.open();
  bench.send(flow, bench.register_text("carol", "token-alice", 0));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(Deregistration, REG43_RegisteredContactGoesToTheCoreAsTheCoreKnowsIt) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  bench.send(flow, with_contact(bench.register_text("alice", "token-alice"),
                                "<sip:alice-c@alice.invalid>;expires=0"));
  ASSERT_EQ(bench.to_core.size(), 2U);
  const std::string contact(bench.last_to_core().value("Contact"));
  EXPECT_THAT(contact, testing::AllOf(HasSubstr("transport=ws"), HasSubstr("expires=0"),
                                      HasSubstr("urn:uuid:alice")));
  EXPECT_THAT(contact, Not(HasSubstr("expires=540")));
  bench.core_answers(200);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST(Deregistration, REG43_ReconnectedInstanceMaySignOut) {
  EdgeBench bench;
  bench.close(bench.registered("alice"));
  bench.send(bench.open(), bench.register_text("alice", "token-alice", 0));
  ASSERT_EQ(bench.to_core.size(), 2U);
  bench.core_answers(200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST(Deregistration, REG43_SecondRemovalIsAnsweredHere) {
  EdgeBench bench;
  const FlowId flow = bench.registered("alice");
  for (int round = 0; round < 2; ++round) {
    bench.send(flow, bench.register_text("alice", "token-alice", 0));
    if (round == 0) bench.core_answers(200);
    EXPECT_EQ(bench.last_to_wic().status(), 200);
  }
  EXPECT_EQ(bench.to_core.size(), 2U);
}

}  // namespace
}  // namespace ims
