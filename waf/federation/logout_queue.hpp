// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/metrics.hpp"
#include "common/random.hpp"
#include "common/result.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/key_ring.hpp"

namespace waf::federation {

/// Tells clients that a session has ended (OpenID Connect Back-Channel Logout 1.0 2.5). What is to
/// be told is stored with the end of the session and tried again, with growing pauses, until the
/// client takes it or it is too late. Belongs to the store's thread; the shell posts.
class LogoutQueue {
 public:
  LogoutQueue(const Settings& settings, Store& store, KeyRing& keys, common::RandomSource& random,
              common::Metrics& metrics);

  /// For those of the clients that want to know. Inside the transaction that ends the session.
  void queue(const std::string& user_id, const std::string& sid,
             const std::vector<std::string>& client_ids, SystemTime now);

  /// A form to be posted, and what it is about.
  struct Post {
    LogoutDelivery delivery;
    std::string url;
    std::string body;
    bool by_stranger = false;  // the client registered itself: its address is not to be trusted
  };
  /// What is due and not under way already.
  [[nodiscard]] std::vector<Post> begin(SystemTime now);
  /// How a post went: the status, or that there was none.
  void finish(const LogoutDelivery& delivery, const common::Result<unsigned>& status,
              SystemTime now);

 private:
  void drop(const LogoutDelivery& delivery, const char* result);

  const Settings& settings_;
  Store& store_;
  KeyRing& keys_;
  common::RandomSource& random_;
  common::Metrics& metrics_;
  common::Gauge waiting_;
  std::set<std::string> under_way_;
};

}  // namespace waf::federation
