// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/describe.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;
using Kind = ims::Event::Kind;

TEST(Describe, SaysWhoAndWhyARegistrationWasRefused) {
  ims::Event event;
  event.kind = Kind::register_refused;
  event.impi = "alice@ims.example";
  event.impu = "sip:alice@ims.example";
  event.status = 403;
  event.why = "To is not an identity of the token";
  EXPECT_EQ(describe(event, std::nullopt),
            "REGISTER refused for sip:alice@ims.example (alice@ims.example) 403: To is not an "
            "identity of the token");
}

TEST(Describe, SaysHowACallEnded) {
  ims::Event event;
  event.kind = Kind::call_ended;
  event.impu = "sip:alice@ims.example";
  event.peer = "sip:bob@ims.example";
  event.call_id = "c1";
  event.originating = true;
  event.why = "BYE by the client";
  event.duration = 12'340ms;
  CallMedia media;
  media.packets_from_wic = 10;
  media.packets_to_core = 9;
  media.secure = true;
  EXPECT_EQ(describe(event, media),
            "call ended sip:alice@ims.example -> sip:bob@ims.example [c1]: BYE by the client, "
            "after 12.3 s; packets from client 10, to client 0, from core 0, to core 9, dropped 0");
  media.secure = false;
  event.originating = false;
  EXPECT_EQ(describe(event, media),
            "call ended sip:bob@ims.example -> sip:alice@ims.example [c1]: BYE by the client, "
            "after 12.3 s; packets from client 10, to client 0, from core 0, to core 9, dropped 0; "
            "the client's media never came up");
}

TEST(Describe, NamesTheFlowWhenNobodyIsKnown) {
  ims::Event event;
  event.kind = Kind::flow_refused;
  event.flow = {7};
  event.why = "not SIP";
  EXPECT_EQ(describe(event, std::nullopt), "connection refused: flow 7: not SIP");
}

TEST(Describe, AlarmsAreAlarms) {
  ims::Event event;
  event.kind = Kind::core_misconfigured;
  EXPECT_EQ(importance_of(event), Importance::alarm);
  event.kind = Kind::call_ended;
  EXPECT_EQ(importance_of(event), Importance::normal);
}

}  // namespace
}  // namespace wic
