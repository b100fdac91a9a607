// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/result.hpp"
#include "ims-interface/sdp/stream.hpp"

namespace ims::sdp {

/// What a body is built from.
struct Draft {
  Side to;
  bool is_answer;
  const Policy& policy;
  const std::vector<StreamAnchors>& anchors;
};

/// The side's bodies have ICE and DTLS-SRTP of WebRTC.
[[nodiscard]] inline bool is_w3(Side side, const Policy& policy) {
  return side == Side::wic && policy.access == Access::webrtc;
}

/// A fresh body for one side; remembers in `streams` what it showed there. The o= line is the
/// caller's. Errc::missing_anchor when a carried stream has no end on that side.
[[nodiscard]] common::Result<Description> compose(const Draft& draft, std::vector<Stream>& streams);

/// Gives the streams that are to appear in an offer their m-line places, and the WIC's new ones a
/// mid.
void assign_lines(Side to, std::vector<Stream>& streams);

}  // namespace ims::sdp
