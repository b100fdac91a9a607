// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/body_stream.hpp"
#include "common/metrics.hpp"
#include "waf/events/settings.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// Announces revocations to the gateways that follow (token-auth 6.4): what any process wrote into
/// the store, in its order, as signed events on text/event-stream. A follower names the last event
/// it has and misses none; one that knows another feed, or a later event than there is, is given
/// everything that still matters. Belongs to the store's thread.
class EventFeed {
 public:
  using Sign = std::function<std::string(std::string_view claims)>;

  /// `id` names the store's life: sequence numbers of another one mean nothing here.
  EventFeed(EventSettings settings, std::string issuer, std::string id, Store& store, Sign sign,
            common::Metrics& metrics);

  /// A stream for one more follower, whose leave to follow ends at `until`; null when there are too
  /// many.
  [[nodiscard]] std::shared_ptr<common::BodyStream> follow(std::string_view feed,
                                                           std::int64_t after, SystemTime until,
                                                           SystemTime now);
  /// Sends what is new; to be called several times a second.
  void handle_tick(SystemTime now);

  [[nodiscard]] std::size_t followers() const { return followers_.size(); }
  [[nodiscard]] const std::string& id() const { return id_; }

 private:
  struct Follower {
    std::shared_ptr<common::BodyStream> stream;
    std::int64_t sent = 0;
    SystemTime until{};
    SystemTime last_words{};
    bool caught_up = false;
  };

  /// False when the follower is gone.
  bool advance(Follower& follower, std::int64_t last, SystemTime now);
  const std::string& text_of(const RevocationEvent& event, SystemTime now);

  EventSettings settings_;
  std::string issuer_;
  std::string id_;
  Store& store_;
  Sign sign_;
  common::Gauge following_;
  common::Counter announced_;
  common::Counter cut_;
  std::list<Follower> followers_;
  std::map<std::int64_t, std::string> signed_;  // the latest events, signed once for all followers
};

}  // namespace waf
