// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/endpoint.hpp"
#include "common/http.hpp"
#include "common/metrics.hpp"

namespace common::io {

struct HttpServerTls {
  std::filesystem::path certificate_chain;  // PEM
  std::filesystem::path private_key;        // PEM
  /// Ask every client for a certificate; one without goes on all the same, and any one that proves
  /// possession of its key is handed to the handler (browsers bother their users with the question,
  /// so a listener of its own is the place for it).
  bool ask_client_certificate = false;
  std::optional<std::filesystem::path> client_ca{};  // PEM; sets client_certificate_trusted
};

/// Limits of token-auth 4.4; the defaults are the specified ones.
struct HttpServerOptions {
  std::vector<Endpoint> listen;  // port 0: the system chooses, see HttpServer::endpoints()
  std::optional<HttpServerTls> tls;
  std::size_t threads = 1;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_body_bytes = 64 * 1024;
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{20'000};
  std::chrono::milliseconds idle_timeout{30'000};  // between requests of one connection
  std::chrono::milliseconds write_timeout{20'000};
  std::chrono::milliseconds handler_timeout{30'000};  // then 503 is sent
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 64;
  std::string metrics_prefix = "http";  // <prefix>_requests_total and others
};

/// Collects the replies that its thread gives while it lives: each server thread they go to is
/// woken once, when it ends.
class ReplyBatch {
 public:
  ReplyBatch();
  ~ReplyBatch();
  ReplyBatch(const ReplyBatch&) = delete;
  ReplyBatch& operator=(const ReplyBatch&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An HTTP/1.1 server. Owns its threads and sockets. Malformed, oversized, slow and ambiguous
/// (Transfer-Encoding with Content-Length) requests never reach the handler.
class HttpServer {
 public:
  /// Sends the response; may be called once, at once or later, from any thread, also after the
  /// connection or the server is gone.
  using Reply = std::function<void(HttpResponse)>;
  /// Called on a thread of the server, from several at once when there are several. Must not block.
  using Handler = std::function<void(HttpRequest, Reply)>;
  /// Called on a thread of the server after it has handed over all requests that had come: work
  /// that the handler only queued can be woken for once.
  using RoundDone = std::function<void()>;

  /// Throws std::runtime_error when a socket cannot be bound or a TLS file cannot be used.
  HttpServer(HttpServerOptions options, Handler handler, Metrics& metrics,
             RoundDone round_done = {});
  ~HttpServer();  // as stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  void start();
  /// Stops accepting, gives requests in progress `grace` to finish, closes all, joins the threads.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));
  /// Reads certificate and key again for the connections to come. Throws std::runtime_error when
  /// they cannot be used; the former ones stay then.
  void reload_tls();
  /// The bound addresses with their real ports, in the order of `listen`.
  [[nodiscard]] std::vector<Endpoint> endpoints() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common::io
