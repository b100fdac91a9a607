// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/io/http_client.hpp"
#include "common/metrics.hpp"
#include "common/result.hpp"
#include "wic-gateway/auth/authenticator.hpp"
#include "wic-gateway/auth/clock_watch.hpp"
#include "wic-gateway/auth/jwks_schedule.hpp"

namespace wic::io {

struct JwksFetcherConfig {
  std::string issuer;                            // its metadata names the key set
  std::optional<std::filesystem::path> ca_file;  // else the system's
  JwksTimes times;
  std::chrono::seconds clock_leeway{30};  // how far the issuer's clock may be from ours
};

/// Keeps the issuer's key set fresh on a thread of its own. Only the pinned issuer is asked: its
/// metadata must repeat the issuer and its jwks_uri must have the issuer's origin.
class JwksFetcher final : public KeyRequester {
 public:
  /// Called on the fetcher's thread after every fetch and every refused question; null: no usable
  /// set at the moment.
  using OnKeys = std::function<void(KeySetPtr)>;

  JwksFetcher(JwksFetcherConfig config, OnKeys on_keys, common::Metrics& metrics);
  ~JwksFetcher() override;
  JwksFetcher(const JwksFetcher&) = delete;
  JwksFetcher& operator=(const JwksFetcher&) = delete;

  // Any thread.
  void request_keys() override;
  /// Fetches in any case: the issuer announced that its keys changed.
  void refresh();

 private:
  void run();
  void fetch(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] common::Result<KeySetPtr> fetch_keys();
  [[nodiscard]] common::Result<std::string> get(const std::string& url);
  void watch_clock(std::string_view date);

  JwksFetcherConfig config_;
  OnKeys on_keys_;
  common::Counter fetched_;
  common::Counter failed_;
  common::Gauge key_count_;
  common::Gauge clock_difference_;
  ClockWatch clock_watch_;
  common::io::HttpClient http_;
  std::mutex mutex_;
  std::condition_variable wake_;
  JwksSchedule schedule_;
  bool asked_ = false;
  bool changed_ = false;
  bool stopping_ = false;
  bool was_failing_ = false;
  std::thread thread_;
};

/// A JWK set from a file, for gateways that must not depend on a running issuer.
[[nodiscard]] common::Result<KeySetPtr> read_jwks_file(const std::filesystem::path& file);

}  // namespace wic::io
