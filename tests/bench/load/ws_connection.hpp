// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "tests/bench/load/event_loop.hpp"

namespace bench {

template <auto Release>
struct Releaser {
  template <class T>
  void operator()(T* handle) const noexcept {
    Release(handle);
  }
};
using SslPtr = std::unique_ptr<SSL, Releaser<SSL_free>>;
using SslContextPtr = std::unique_ptr<SSL_CTX, Releaser<SSL_CTX_free>>;

/// Where and as whom WebSocket connections are made. Server certificates are not verified: the
/// generator spends its time on load, and talks to loopback only.
struct WsTarget {
  sockaddr_in address{};
  std::string host;    // Host header, "localhost:17443"
  std::string origin;  // Origin header
  SSL_CTX* tls = nullptr;
};

/// Makes full handshakes only: no session is resumed, so that each connection costs what a new
/// user's costs.
[[nodiscard]] SslContextPtr make_ws_tls_context();

/// One WebSocket client connection over TLS with subprotocol `sip` (RFC 7118). Not reusable.
class WsConnection final : public Watcher {
 public:
  struct Handlers {
    std::function<void()> opened;
    std::function<void(std::string_view)> message;
    std::function<void(std::string_view reason)> closed;  // at most once, also when opening fails
  };

  /// Comes from a loopback address of its own for every `index`, as users do.
  WsConnection(EventLoop& loop, const WsTarget& target, unsigned index, Handlers handlers);
  ~WsConnection() override;
  WsConnection(const WsConnection&) = delete;
  WsConnection& operator=(const WsConnection&) = delete;

  void send_text(std::string_view text);
  void on_ready(std::uint32_t events) override;

 private:
  enum class State { connecting, handshaking, upgrading, open, closed };

  void send_upgrade();
  void advance();
  void read_some();
  void consume();
  bool consume_upgrade();
  bool consume_frame();
  void send_frame(unsigned opcode, std::string_view payload);
  void flush();
  void want_write(bool wanted);
  void close_with(std::string_view reason);

  EventLoop& loop_;
  const WsTarget& target_;
  Handlers handlers_;
  State state_ = State::connecting;
  int socket_ = -1;
  bool writing_ = true;
  SslPtr ssl_;
  std::string input_;
  std::string output_;
  std::string fragments_;
};

}  // namespace bench
