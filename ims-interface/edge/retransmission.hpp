// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "ims-interface/edge_proxy.hpp"

namespace ims {

/// A message that is sent again over an unreliable flow until somebody answers (RFC 3261 17, timers
/// A, E and G): after T1, then after twice as long each time.
struct Retransmission {
  std::string text;  // empty: nothing to repeat
  std::chrono::milliseconds interval{0};
};

/// A failed INVITE whose ACK may have been lost: its final response may come again (timer D).
struct AckedFailure {
  FlowId flow;
  std::string branch;
  std::string ack;
};

}  // namespace ims
