// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"
#include "common/openssl.hpp"

namespace bench {

/// One kept HTTP/1.1 connection over TLS that has at most one request under way. Non-blocking after
/// the handshake; the owner waits for its descriptor.
class HttpsConnection {
 public:
  /// Connects and shakes hands, waiting for both. Throws std::runtime_error.
  HttpsConnection(const common::Endpoint& server, SSL_CTX* context);
  ~HttpsConnection();
  HttpsConnection(const HttpsConnection&) = delete;
  HttpsConnection& operator=(const HttpsConnection&) = delete;

  /// Throws when the peer does not take it at once: it is small.
  void send(std::string_view request, std::chrono::steady_clock::time_point scheduled);
  /// Reads what is there; true when the response is whole. Throws when the connection is lost.
  [[nodiscard]] bool receive();

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] int status() const;
  [[nodiscard]] std::string_view body() const;
  [[nodiscard]] std::chrono::steady_clock::time_point scheduled() const { return scheduled_; }

  std::string token;  // of the flow that it plays, for grants that rotate one

 private:
  int descriptor_;
  common::SslPtr tls_;
  std::string answer_;
  std::size_t header_size_ = 0;
  bool busy_ = false;
  std::chrono::steady_clock::time_point scheduled_{};
};

}  // namespace bench
