// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "common/time.hpp"

namespace ims {

enum class TimerKind : std::uint8_t {
  flow_idle,     // unregistered connection, or one whose registration expired
  verification,  // TokenVerifier owes an outcome (keyed by flow)
  w2_server,     // waits for the ACK
  w2_client,     // timers B, C and F
  core_client,   // timer C, and the time for further 2xx
  registration,  // expiry
  grace,         // registration without a connection
  reg_event,     // refresh of our subscription
  call,          // longest life after expiry, or end of a subscription dialog
};

/// The deadlines of one worker: at most one a kind and object, set again at will.
class Timers {
 public:
  void set(TimerKind kind, std::uint64_t id, common::TimePoint at) {
    clear(kind, id);
    at_[{kind, id}] = at;
    due_.insert({at, {kind, id}});
  }
  void clear(TimerKind kind, std::uint64_t id) {
    const auto found = at_.find({kind, id});
    if (found == at_.end()) return;
    due_.erase({found->second, found->first});
    at_.erase(found);
  }
  /// The next timer that is due, taken out.
  [[nodiscard]] std::optional<std::pair<TimerKind, std::uint64_t>> pop(common::TimePoint now) {
    if (due_.empty() || due_.begin()->first > now) return std::nullopt;
    const Key key = due_.begin()->second;
    clear(key.first, key.second);
    return key;
  }
  [[nodiscard]] std::optional<common::TimePoint> next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

 private:
  using Key = std::pair<TimerKind, std::uint64_t>;
  std::map<Key, common::TimePoint> at_;
  std::set<std::pair<common::TimePoint, Key>> due_;
};

}  // namespace ims
