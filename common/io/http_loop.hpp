// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <unordered_map>
#include <vector>

#include "common/io/http_connection.hpp"
#include "common/io/http_mailbox.hpp"

namespace common::io {

/// What all threads of a server share.
struct HttpServerShared {
  HttpServerShared(HttpServerOptions given, HttpServer::Handler given_handler,
                   HttpServer::RoundDone given_round_done, Metrics& given_metrics)
      : options(std::move(given)),
        handler(std::move(given_handler)),
        round_done(std::move(given_round_done)),
        metrics(given_metrics, options.metrics_prefix) {}

  [[nodiscard]] bool admit(const IpAddress& address);
  void release(const IpAddress& address);
  void load_tls();
  [[nodiscard]] std::shared_ptr<SSL_CTX> current_tls();
  [[nodiscard]] std::size_t open_connections();

  const HttpServerOptions options;
  const HttpServer::Handler handler;
  const HttpServer::RoundDone round_done;
  const ServerMetrics metrics;
  std::vector<int> listeners;
  std::atomic<bool> stopping = false;
  std::atomic<bool> ended = false;

 private:
  std::mutex mutex_;  // taken for a connection's begin and end only
  std::shared_ptr<SSL_CTX> tls_;
  std::map<IpAddress, std::size_t> connections_of_;
  std::size_t connections_ = 0;
};

/// One thread of a server: epoll over the listening sockets, its connections and its mailbox.
class HttpLoop final : public HttpConnectionHost {
 public:
  explicit HttpLoop(HttpServerShared& shared);
  ~HttpLoop() override;
  HttpLoop(const HttpLoop&) = delete;
  HttpLoop& operator=(const HttpLoop&) = delete;

  void start();
  void wake() const { mailbox_->ring(); }
  void join();

  void dispatch(HttpRequest request, std::uint64_t connection, std::uint32_t turn) override;
  void follow(BodyStream& stream, std::uint64_t connection, std::uint32_t turn) override;
  [[nodiscard]] bool stopping() const override { return shared_.stopping; }
  [[nodiscard]] std::string_view date() const override { return date_; }

 private:
  struct Check {
    TimePoint at;
    std::uint64_t connection;
    bool operator>(const Check& other) const { return at > other.at; }
  };

  void run();
  void round(int timeout_ms);
  void accept(int listener, TimePoint now);
  void watch_listeners(bool on);
  void deliver(TimePoint now);
  void expire(TimePoint now);
  void begin_stop(TimePoint now);
  /// After anything that may have changed it.
  void settle(std::uint64_t id, HttpConnection& connection);
  void tell_date();
  [[nodiscard]] int time_to_wait(TimePoint now) const;

  HttpServerShared& shared_;
  int epoll_;
  std::shared_ptr<HttpMailbox> mailbox_;
  std::unordered_map<std::uint64_t, std::unique_ptr<HttpConnection>> connections_;
  // A connection stands here at most a few times, mostly once; checked, not exact.
  std::priority_queue<Check, std::vector<Check>, std::greater<>> checks_;
  std::vector<HttpMailbox::Note> notes_;
  std::uint64_t last_id_;
  bool dispatched_ = false;
  bool stop_begun_ = false;
  std::optional<TimePoint> accept_again_;  // out of descriptors until then
  std::string date_;
  TimePoint date_until_{};
  std::thread thread_;
};

}  // namespace common::io
