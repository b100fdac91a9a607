// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/io/http_follower.hpp"
#include "common/metrics.hpp"
#include "wic-gateway/auth/authenticator.hpp"
#include "wic-gateway/auth/revocation_feed.hpp"
#include "wic-gateway/io/waf_client.hpp"

namespace wic::io {

struct EventFollowerConfig {
  WafClientConfig waf;
  std::vector<common::jose::Algorithm> algorithms;
  std::chrono::milliseconds silence =
      std::chrono::seconds(25);  // then the stream is taken for dead
  std::chrono::milliseconds first_retry{200};
  std::chrono::milliseconds last_retry = std::chrono::seconds(5);
};

/// Follows the issuer's revocations on a thread of its own, as one follower for the whole process,
/// and takes the stream up again where it was lost.
class EventFollower {
 public:
  struct News {
    std::vector<RevocationNotice> notices;         // in order
    std::optional<common::TimePoint> complete_at;  // nothing was missing then
  };
  /// Called on the follower's thread.
  using OnNews = std::function<void(std::shared_ptr<const News>)>;

  /// `client` and `keys` outlive its thread; `keys` null: the key set is fixed.
  EventFollower(EventFollowerConfig config, WafClient& client, KeyRequester* keys, OnNews on_news,
                common::Metrics& metrics);
  ~EventFollower();  // as stop()
  EventFollower(const EventFollower&) = delete;
  EventFollower& operator=(const EventFollower&) = delete;

  void start();
  void stop();
  void set_keys(KeySetPtr keys);  // any thread

 private:
  void run();
  [[nodiscard]] common::Result<void> follow_once();
  [[nodiscard]] common::Result<void> handle_text(std::string_view text);
  [[nodiscard]] KeySetPtr keys();
  void note_failure(const common::Error& error);
  /// False when stopping.
  bool pause(std::chrono::milliseconds time);

  EventFollowerConfig config_;
  WafClient& client_;
  KeyRequester* key_requester_;
  OnNews on_news_;
  common::Gauge connected_;
  common::Gauge sequence_;
  common::Counter losses_;
  common::Counter received_;
  RevocationFeed feed_;
  common::io::HttpFollower http_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  KeySetPtr keys_;
  bool stopping_ = false;
  bool heard_ = false;  // the follower's thread only, like the next
  bool was_failing_ = false;
  std::thread thread_;
};

}  // namespace wic::io
