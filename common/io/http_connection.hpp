// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/http.hpp"
#include "common/io/http_request_reader.hpp"
#include "common/io/http_server.hpp"
#include "common/io/http_server_metrics.hpp"
#include "common/io/socket_stream.hpp"
#include "common/time.hpp"

namespace common::io {

/// What a connection needs of the loop that owns it.
struct HttpConnectionHost {
  virtual ~HttpConnectionHost() = default;
  /// Hands a request to the handler; the answer comes by handle_response() for that turn.
  virtual void dispatch(HttpRequest request, std::uint64_t connection, std::uint32_t turn) = 0;
  /// Have handle_growth() called whenever the body has grown.
  virtual void follow(BodyStream& stream, std::uint64_t connection, std::uint32_t turn) = 0;
  [[nodiscard]] virtual bool stopping() const = 0;
  [[nodiscard]] virtual std::string_view date() const = 0;  // of now, as RFC 9110 5.6.7 wants it

  const HttpServerOptions& options;
  const ServerMetrics& metrics;

 protected:
  HttpConnectionHost(const HttpServerOptions& given_options, const ServerMetrics& given_metrics)
      : options(given_options), metrics(given_metrics) {}
};

/// One HTTP/1.1 connection: TLS handshake, then requests one after the other, each read within its
/// deadlines, handed over, answered. Belongs to the loop's thread.
class HttpConnection {
 public:
  HttpConnection(HttpConnectionHost& host, std::uint64_t id, int descriptor, SSL_CTX* tls,
                 const Endpoint& peer, TimePoint now);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void handle_ready(std::uint32_t events, TimePoint now);
  void handle_response(std::uint32_t turn, HttpResponse response, TimePoint now);
  void handle_growth(std::uint32_t turn, TimePoint now);
  void handle_timeout(TimePoint now);
  /// The server ends: closes what is idle, finishes what is not.
  void handle_stop(TimePoint now);

  [[nodiscard]] bool closed() const { return phase_ == Phase::closed; }
  [[nodiscard]] TimePoint deadline() const { return deadline_; }
  [[nodiscard]] std::uint32_t wanted_events() const;  // of epoll
  /// What is armed may stay although nothing is wanted: mostly the answer comes before the peer
  /// sends anything more. An answer that does not go out at once must be told when it can.
  [[nodiscard]] bool may_stay_armed() const {
    return phase_ == Phase::waiting && !paused_ && !blocked_on_write_;
  }
  [[nodiscard]] const Endpoint& peer() const { return peer_; }
  [[nodiscard]] int descriptor() const { return stream_.descriptor(); }

  // What the loop notes beside a connection.
  std::uint32_t armed_events = 0;
  TimePoint next_check = TimePoint::max();

 private:
  enum class Phase { handshake, idle, header, body, waiting, growing, draining, closed };

  void shake_hands(TimePoint now);
  void receive(TimePoint now);
  void consume(std::string_view text, TimePoint now);
  void hand_over(TimePoint now);
  void refuse(unsigned status, TimePoint now);
  void answer(HttpResponse response, bool head, TimePoint now);
  void append_head(const HttpResponse& response, std::size_t body_size);
  void grow(TimePoint now);
  /// Sends what is to be sent; when all is gone, goes on with what comes after.
  void flush(TimePoint now);
  bool write_out();
  void after_answer(TimePoint now);
  void drain(TimePoint now);
  void discard();
  void close();

  HttpConnectionHost& host_;
  const std::uint64_t id_;
  const Endpoint peer_;
  SocketStream stream_;
  Phase phase_ = Phase::handshake;
  TimePoint deadline_;
  TimePoint began_{};
  bool blocked_on_write_ = false;
  bool paused_ = false;  // the peer sends on while an answer is awaited
  std::optional<HttpRequestReader> reader_;
  std::string input_;                                // read, but not yet of the current request
  std::string output_;                               // to be sent
  std::size_t sent_ = 0;                             // of output_
  std::shared_ptr<const std::string> large_output_;  // after output_
  std::size_t large_sent_ = 0;
  std::shared_ptr<BodyStream> growing_;
  std::shared_ptr<const std::string> certificate_;
  bool certificate_trusted_ = false;
  std::uint32_t turn_ = 0;
  bool head_ = false;
  bool keep_alive_ = true;
};

}  // namespace common::io
