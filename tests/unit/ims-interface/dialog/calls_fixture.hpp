// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/ims-interface/edge_bench.hpp"

namespace ims {

inline constexpr const char* bob = "sip:bob@ims.example";
inline constexpr const char* bob_target = "sip:bob@127.0.0.1:5090";
inline constexpr const char* alice_contact = "sip:alice-c@alice.invalid;transport=ws";
inline constexpr const char* alice_dialog = "sip:alice-c@alice.invalid;transport=ws;ob";

/// alice is registered; helpers bring a call to where a test begins.
class Calls : public testing::Test {
 protected:
  Calls() : flow(bench.registered("alice")) { bench.forget_traffic(); }

  void invite(const std::string& extra = "", const std::string& branch = "inv") {
    bench.send(flow, bench.request_text("INVITE", bob, "alice", "c1", extra, test::wic_sdp, "", 1,
                                        branch));
  }
  void outgoing_call() {
    invite();
    bench.core_answers(180);
    bench.core_answers(200, "core-tag", test::core_sdp);
    bench.send(flow, bench.request_text("ACK", bob_target, "alice", "c1", routes, "", "core-tag"));
  }
  CoreServerTx incoming(const std::string& sdp = test::core_sdp) {
    return bench.from_core(bench.core_request("INVITE", bench.path(), alice_contact, "c2", sdp));
  }
  void incoming_call() {
    incoming();
    bench.wic_answers(flow, 180);
    bench.wic_answers(flow, 200, "wic-tag", test::wic_sdp);
    bench.from_core(in_dialog("ACK", "c2"));
  }
  sip::Message in_dialog(const std::string& method, const std::string& call_id,
                         const std::string& sdp = "", std::uint32_t cseq = 2) {
    auto request =
        bench.core_request(method, own_route, alice_dialog, call_id, sdp, "wic-tag", cseq);
    return request;
  }

  test::EdgeBench bench;
  FlowId flow;
  std::string routes = "Route: <sip:mo@127.0.0.1:6060;lr>\r\n";
  std::string own_route;
};

}  // namespace ims
