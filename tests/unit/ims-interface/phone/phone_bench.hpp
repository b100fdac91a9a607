// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ims-interface/phone_access.hpp"
#include "tests/unit/ims-interface/edge_bench.hpp"

namespace test {

/// A phone on a listener of its own beside the web clients of EdgeBench.
class PhoneBench : public EdgeBench {
 public:
  explicit PhoneBench(ims::Transport transport, ims::Policy policy = default_policy());

  /// A connection, or a source address over UDP.
  ims::FlowId open_phone(const std::string& address = "198.51.100.20:5060",
                         const std::string& certificate = "");
  /// REGISTER of `user` as a plain phone sends it: no instance, no outbound.
  [[nodiscard]] std::string phone_register(const std::string& user, const std::string& extra = "",
                                           int expires = 600, const std::string& body = "");
  /// A Digest answer to the challenge in the last response.
  [[nodiscard]] std::string digest(const std::string& username, const std::string& algorithm = "",
                                   const std::string& nc = "00000001", char fill = 'a',
                                   const std::string& header = "Authorization",
                                   const std::string& method = "REGISTER");
  /// Lets the WAF answer its oldest question.
  void waf_accepts(const std::string& user, const std::string& credential = "c1");
  void waf_refuses(ims::TokenFailure failure = ims::TokenFailure::invalid_code);
  /// Challenge, Digest, exchange, core's 200.
  ims::FlowId registered_phone(const std::string& user = "alice",
                               const std::string& address = "198.51.100.20:5060");
  [[nodiscard]] std::string phone_request(const std::string& method, const std::string& uri,
                                          const std::string& call_id, const std::string& extra = "",
                                          const std::string& sdp = "",
                                          const std::string& branch = "");
  /// All of what went to that flow, as text.
  [[nodiscard]] std::vector<std::string> texts(ims::FlowId flow) const;
  [[nodiscard]] ims::Identity phone_identity(const std::string& user,
                                             const std::string& credential);

  ims::Transport transport;
  ims::PhoneAccess access;
  std::string via = "TLS";
  std::uint32_t cseq = 0;
  std::uint64_t branch = 0;
};

}  // namespace test
