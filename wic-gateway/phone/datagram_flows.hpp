// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/deadlines.hpp"
#include "common/endpoint.hpp"
#include "common/time.hpp"
#include "ims-interface/flow_peer.hpp"
#include "wic-gateway/ws/admission.hpp"
#include "wic-gateway/ws/rate_limit.hpp"

namespace wic {

struct DatagramLimits {
  AdmissionLimits admission;  // flows instead of connections, new flows instead of handshakes
  Rate messages{50, 200};     // a source address
  Rate stun{2000, 4000};      // this worker
  /// A phone behind a NAT that sends nothing itself is kept reachable by what we send: an empty
  /// line after so much silence. Zero: never.
  std::chrono::milliseconds keep_alive = std::chrono::seconds(25);
};

/// The flows over UDP of one worker: a flow is a listener and a source address (RFC 5626 3.3). Says
/// for each datagram what it is and whose; forged sources cost a bounded table only.
class DatagramFlows {
 public:
  /// Numbers flows, and tells which may not be given up for a stranger's.
  struct Hooks {
    std::function<ims::FlowId()> next_flow;
    std::function<bool(ims::FlowId)> is_registered;
  };

  enum class Verdict : std::uint8_t {
    deliver,  // a SIP message of `flow`
    answer,   // send `reply` back
    ignore,   // a keep-alive
    refused,  // too fast, too many, or neither SIP nor a keep-alive
  };
  struct Outcome {
    Verdict verdict = Verdict::ignore;
    ims::FlowId flow;
    bool opened = false;                 // a new flow: tell before the message
    std::optional<ims::FlowId> evicted;  // an old one made room: tell first
    std::string reply;
    const char* cause = "";  // of a refusal
  };
  struct Address {
    std::size_t listener = 0;
    common::Endpoint source;
    auto operator<=>(const Address&) const = default;
  };

  DatagramFlows(DatagramLimits limits, Hooks hooks)
      : limits_(std::move(limits)),
        hooks_(std::move(hooks)),
        admission_(limits_.admission),
        stun_(limits_.stun, common::TimePoint{}) {}

  [[nodiscard]] Outcome handle_datagram(common::TimePoint now, const Address& from,
                                        std::string_view datagram);
  /// False when it was not known (any more).
  bool close(common::TimePoint now, ims::FlowId flow);
  [[nodiscard]] const Address* find(ims::FlowId flow) const;
  void count_failure(const common::IpAddress& client, common::TimePoint now) {
    admission_.count_token_failure(client, now);
  }

  /// Flows that want an empty line now.
  [[nodiscard]] std::vector<ims::FlowId> handle_timeout(common::TimePoint now);
  [[nodiscard]] std::optional<common::TimePoint> poll_timeout() const { return silence_.next(); }
  [[nodiscard]] std::size_t size() const { return flows_.size(); }

 private:
  struct Flow {
    Address address;
    RateLimit messages;
    std::list<std::uint64_t>::iterator age;
  };

  void open(common::TimePoint now, const Address& from, Outcome& outcome);
  [[nodiscard]] std::optional<ims::FlowId> evict(common::TimePoint now);
  void note_life(common::TimePoint now, std::uint64_t id, Flow& flow);

  DatagramLimits limits_;
  Hooks hooks_;
  Admission admission_;
  RateLimit stun_;
  std::map<Address, std::uint64_t> by_address_;
  std::map<std::uint64_t, Flow> flows_;
  std::list<std::uint64_t> by_age_;  // the longest silent first
  common::Deadlines<std::uint64_t> silence_;
};

}  // namespace wic
