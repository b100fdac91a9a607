// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "common/deadlines.hpp"
#include "common/time.hpp"

namespace ims {

enum class TimerKind : std::uint8_t {
  flow_idle,     // unregistered connection, or one whose registration expired
  verification,  // TokenVerifier owes an outcome (keyed by flow)
  w2_server,     // waits for the ACK; over UDP also timers H, I and J
  w2_client,     // timers B, C and F
  // over UDP
  w2_server_again,  // timer G, and the same for a 2xx
  w2_client_again,  // timers A and E
  w2_cancel_again,  // timer E of a CANCEL
  acked_failure,    // timer D
  // phones
  request_check,  // an outcome for a request that was asked for credentials
  star_check,     // the same for a star code
  announcement,   // its end
  core_client,    // timer C, and the time for further 2xx
  registration,   // expiry
  grace,          // registration without a connection
  reg_event,      // refresh of our subscription
  call,           // longest life after expiry, or end of a subscription dialog
};

/// The deadlines of one worker: at most one a kind and object, set again at will.
class Timers {
 public:
  using Key = std::pair<TimerKind, std::uint64_t>;

  void set(TimerKind kind, std::uint64_t id, common::TimePoint at) { all_.set({kind, id}, at); }
  void clear(TimerKind kind, std::uint64_t id) { all_.clear({kind, id}); }
  /// The next timer that is due, taken out.
  [[nodiscard]] std::optional<Key> pop(common::TimePoint now) { return all_.pop(now); }
  [[nodiscard]] std::optional<common::TimePoint> next() const { return all_.next(); }

 private:
  common::Deadlines<Key> all_;
};

}  // namespace ims
