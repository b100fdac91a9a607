// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "common/result.hpp"
#include "ims-interface/edge_proxy.hpp"
#include "wic-gateway/ws/admission.hpp"
#include "wic-gateway/ws/connection.hpp"

struct uv_loop_s;

namespace wic::io {

struct WsServerConfig {
  std::vector<common::Endpoint> listen;
  std::filesystem::path certificate;  // PEM chain
  std::filesystem::path private_key;
  bool plain = false;  // without TLS: tests on loopback
  std::vector<std::string> origins;
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  WsLimits limits;
  AdmissionLimits admission;
};

/// Receives what happens on the WebSockets; called from the loop's thread.
class WsHandler {
 public:
  virtual ~WsHandler() = default;
  virtual void on_ws_opened(ims::FlowId flow, ims::FlowPeer peer) = 0;
  virtual void on_ws_message(ims::FlowId flow, std::string_view message) = 0;
  virtual void on_ws_closed(ims::FlowId flow, std::string_view why) = 0;
};

/// SIP over secure WebSocket (W2, RFC 7118) for one worker: TLS 1.2 and 1.3, subprotocol and Origin
/// checked at the handshake, limits of SEC-14. Owns its sockets and libwebsockets context; lives on
/// the thread of `loop`. Several servers may listen on the same port: the kernel spreads clients.
class WsServer {
 public:
  /// Throws std::runtime_error when a port cannot be bound or a TLS file cannot be used.
  WsServer(uv_loop_s* loop, WsServerConfig config, WsHandler& handler, common::Metrics& metrics);
  ~WsServer();
  WsServer(const WsServer&) = delete;
  WsServer& operator=(const WsServer&) = delete;

  void send(ims::FlowId flow, std::string message);
  /// Closes once everything sent before is written.
  void close(ims::FlowId flow, std::uint16_t code, std::string reason);
  void count_token_failure(const common::IpAddress& client);

  void stop_accepting();
  /// Says goodbye to everybody (1001).
  void close_all();
  /// New connections get the certificate that stands in the files now; on failure the old one
  /// stays.
  [[nodiscard]] common::Result<void> reload_certificate();

  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] std::vector<common::Endpoint> endpoints() const;  // with the real ports

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Sends libwebsockets' own log lines to ours (errors as debug: strangers can provoke them); once.
void quieten_libwebsockets();

}  // namespace wic::io
