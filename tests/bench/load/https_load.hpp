// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/https_connection.hpp"
#include "tests/bench/load/latency_histogram.hpp"

namespace bench {

/// The request that is sent again and again. `@token@` in the body stands for the connection's own
/// token, which the member `refresh_token` of an answer replaces.
struct HttpsRequest {
  std::string method = "POST";
  std::string target;
  std::vector<std::string> fields;  // "Name: value"
  std::string body;
};

struct HttpsLoadResult {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;  // answered by something else than 200
  std::chrono::nanoseconds took{};
  LatencyHistogram latency;
};

/// Sends requests over kept connections: without a rate each connection sends its next one when it
/// has its answer; with one they begin at fixed times, and what waits for a free connection counts.
class HttpsLoad {
 public:
  HttpsLoad(const common::Endpoint& server, std::string host, HttpsRequest request);

  /// One connection for each token, or `count` without any.
  void connect(std::size_t count, const std::vector<std::string>& tokens);
  [[nodiscard]] HttpsLoadResult run(std::chrono::nanoseconds duration, double rate);
  /// What the connections' flows hold now.
  [[nodiscard]] std::vector<std::string> tokens() const;

 private:
  void send(HttpsConnection& connection, std::chrono::steady_clock::time_point scheduled);
  void finish(HttpsConnection& connection, HttpsLoadResult& result);

  common::Endpoint server_;
  std::string head_;  // up to the length of the body
  std::string body_;
  common::SslCtxPtr context_;
  int epoll_;
  std::vector<std::unique_ptr<HttpsConnection>> connections_;
  std::vector<HttpsConnection*> free_;
  std::string buffer_;
};

}  // namespace bench
