// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/sip_message.hpp"

namespace bench {

/// One side's view of a confirmed dialog (RFC 3261 12.1).
struct SipDialog {
  std::string call_id;
  std::string local;   // From of our requests, with tag
  std::string remote;  // To of our requests, with tag
  std::string remote_target;
  std::vector<std::string> route_set;
  unsigned cseq = 1;

  [[nodiscard]] static SipDialog of_caller(const SipMessage& invite, const SipMessage& ok);
  [[nodiscard]] static SipDialog of_callee(const SipMessage& invite, const SipMessage& ok);

  /// A request in this dialog; `via` is the whole value of our Via. ACK keeps the INVITE's CSeq.
  [[nodiscard]] SipMessage request(std::string_view method, std::string via);
};

/// ACK of a final response other than 2xx: same branch as the INVITE (RFC 3261 17.1.1.3).
[[nodiscard]] SipMessage failure_ack(const SipMessage& invite, const SipMessage& response);

/// A fresh branch, tag or Call-ID: unique within this process.
[[nodiscard]] std::string unique_token();

}  // namespace bench
