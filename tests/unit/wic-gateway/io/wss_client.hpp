// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"
#include "common/openssl.hpp"

namespace test {

/// A WebSocket client for tests that can also misbehave. Blocking, with a time limit.
class WssClient {
 public:
  struct Options {
    std::string origin = "https://localhost:8443";  // empty: no such field
    std::string protocol = "sip";
    std::string version = "13";
    bool plain = false;
    int max_tls = 0;  // highest TLS version; 0: OpenSSL's
    const char* ciphers = nullptr;
  };
  struct Frame {
    int opcode = 0;
    bool final = true;
    std::string payload;
    /// Of a Close frame; 0 when it has none.
    [[nodiscard]] int close_code() const;
  };

  explicit WssClient(const common::Endpoint& server) : WssClient(server, Options()) {}
  WssClient(const common::Endpoint& server, const Options& options);
  ~WssClient();
  WssClient(const WssClient&) = delete;
  WssClient& operator=(const WssClient&) = delete;

  /// Of the HTTP answer: 101 when the WebSocket is open, 0 when there was none.
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] const std::string& answer() const { return answer_; }
  [[nodiscard]] SSL* tls() const { return ssl_.get(); }

  void send_text(std::string_view payload) { send_frame(1, payload); }
  void send_frame(int opcode, std::string_view payload, bool final = true);
  void send_raw(std::string_view bytes);

  /// Nothing when the time is over or the connection is.
  [[nodiscard]] std::optional<Frame> receive(
      std::chrono::milliseconds wait = std::chrono::seconds(5));
  /// The next text or binary message; answers pings on the way.
  [[nodiscard]] std::optional<std::string> receive_message(
      std::chrono::milliseconds wait = std::chrono::seconds(5));
  /// True once the server has ended the TCP connection.
  [[nodiscard]] bool wait_closed(std::chrono::milliseconds wait = std::chrono::seconds(5));

 private:
  bool fill(std::size_t size, std::chrono::steady_clock::time_point until);
  int read_some(char* out, int size);

  int socket_ = -1;
  common::SslCtxPtr context_;
  common::SslPtr ssl_;
  int status_ = 0;
  bool ended_ = false;
  std::string answer_;
  std::string buffer_;
};

}  // namespace test
