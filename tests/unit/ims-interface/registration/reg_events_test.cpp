// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/edge_bench.hpp"

namespace ims {
namespace {

using test::EdgeBench;
using testing::HasSubstr;

TEST(RegEvent, REG45_SubscribesAfterTheFirst200) {
  auto policy = EdgeBench::default_policy();
  policy.subscribe_reg_event = true;
  EdgeBench bench(policy);
  bench.registered("alice");
  const sip::Message& subscribe = bench.last_to_core();
  ASSERT_TRUE(subscribe.is("SUBSCRIBE"));
  EXPECT_EQ(subscribe.value("Event"), "reg");
  EXPECT_EQ(subscribe.request_uri(), "sip:alice@ims.example");
  EXPECT_EQ(subscribe.value("P-Asserted-Identity"), "<sip:alice@ims.example>");
}

sip::Message notify(EdgeBench& bench, const sip::Message& subscribe, const std::string& body) {
  auto request = bench.core_request("NOTIFY", "", "sip:x@127.0.0.1:5070",
                                    std::string(subscribe.call_id()), "", subscribe.from_tag());
  request.set("Subscription-State", "active;expires=600");
  request.set_body(body, "application/reginfo+xml");
  return request;
}

TEST(RegEvent, REG44_C054_TerminatedRegistrationWithoutContactsEndsTheUser) {
  auto policy = EdgeBench::default_policy();
  policy.subscribe_reg_event = true;
  EdgeBench bench(policy);
  bench.registered("alice");
  const sip::Message subscribe = bench.last_to_core().clone();
  bench.core_answers(200, "s");
  bench.from_core(
      notify(bench, subscribe,
             "<?xml version=\"1.0\"?><reginfo><registration aor=\"sip:alice@ims.example\" id=\"1\" "
             "state=\"active\"><contact id=\"c\" state=\"active\" event=\"registered\"><uri>"
             "sip:alice-c@alice.invalid;transport=ws</uri></contact></registration></reginfo>"));
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_EQ(bench.proxy.load().registrations, 1U);
  const auto core_requests = bench.to_core.size();
  bench.from_core(notify(bench, subscribe,
                         "<reginfo><registration aor=\"sip:alice@ims.example\" "
                         "state=\"terminated\"/></reginfo>"));
  EXPECT_EQ(bench.last_reply().status(), 200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
  EXPECT_EQ(bench.closed.size(), 1U);
  EXPECT_EQ(bench.to_core.size(), core_requests);  // the core knows
}

TEST(RegEvent, REG43_C052_NotifyOfADeregistrationUnderWayLeavesItsAnswerAFlow) {
  auto policy = EdgeBench::default_policy();
  policy.subscribe_reg_event = true;
  EdgeBench bench(policy);
  const FlowId flow = bench.registered("alice");
  const sip::Message subscribe = bench.last_to_core().clone();
  bench.core_answers(200, "s");
  bench.send(flow, bench.register_text("alice", "token-alice", 0));
  const auto removal = bench.to_core.back().transaction;
  const sip::Message request = bench.last_to_core().clone();
  ASSERT_TRUE(request.is("REGISTER"));
  bench.from_core(notify(bench, subscribe,
                         "<reginfo><registration aor=\"sip:alice@ims.example\" "
                         "state=\"terminated\"/></reginfo>"));
  EXPECT_TRUE(bench.closed.empty());
  bench.core_answers(removal, request, 200);
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_EQ(bench.proxy.load().registrations, 0U);
}

TEST(RegEvent, C055_ReasonOfTheNetworkIsKept) {
  auto policy = EdgeBench::default_policy();
  policy.subscribe_reg_event = true;
  EdgeBench bench(policy);
  bench.registered("alice");
  const sip::Message subscribe = bench.last_to_core().clone();
  bench.core_answers(200, "s");
  bench.from_core(notify(bench, subscribe,
                         "<reginfo><registration aor=\"sip:alice@ims.example\" state=\"active\">"
                         "<contact state=\"terminated\" event=\"rejected\"><uri>"
                         "sip:alice-c@alice.invalid;transport=ws</uri></contact>"
                         "</registration></reginfo>"));
  ASSERT_EQ(bench.closed.size(), 1U);
  EXPECT_THAT(bench.closed[0].reason, HasSubstr("rejected"));
}

}  // namespace
}  // namespace ims
