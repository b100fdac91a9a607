// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ims-interface/sdp.hpp"
#include "tests/support/seeded_random.hpp"

namespace sdp_test {

[[nodiscard]] std::string file(const std::string& name);  // of tests/data/sdp
[[nodiscard]] std::string replaced(std::string text, std::string_view from, std::string_view to);
[[nodiscard]] ims::sdp::WicAnchor wic_anchor(std::string ufrag = "gwUf");
[[nodiscard]] ims::sdp::CoreAnchor core_anchor(bool v6 = false);
[[nodiscard]] ims::sdp::PhoneAnchor phone_anchor();
/// Of a phone whose signalling is encrypted.
[[nodiscard]] ims::sdp::Policy phone_policy(
    ims::sdp::PhoneOffer offer = ims::sdp::PhoneOffer::optional);

/// Chromium's first offer, and plain answers of a phone and a browser.
[[nodiscard]] std::string browser_offer();
[[nodiscard]] std::string phone_offer();
[[nodiscard]] std::string phone_answer(std::string_view formats = "0 101",
                                       std::string_view lines =
                                           "a=rtpmap:101 "
                                           "telephone-event/8000\r\n");
[[nodiscard]] std::string browser_answer(std::string_view formats = "0",
                                         std::string_view lines = "");

/// An Interworker with anchors handed out as its plans ask for them.
struct Edge {
  explicit Edge(const ims::sdp::Policy& given = {}) : policy(given), interworker(policy, random) {}

  /// Reads the offer, sets anchors, writes it for the other side; empty when refused.
  std::string offer(ims::sdp::Side from, const std::string& text);
  /// Reads the answer and writes it for the offerer; empty when refused.
  std::string answer(const std::string& text);

  ims::sdp::Policy policy;
  test::SeededRandom random;
  ims::sdp::Interworker interworker;
  ims::sdp::OfferPlan plan;
  ims::sdp::Answer answered;
  common::Error error;
};

}  // namespace sdp_test
