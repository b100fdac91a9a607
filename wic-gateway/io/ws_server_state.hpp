// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <libwebsockets.h>
#include <uv.h>

#include "common/deadlines.hpp"
#include "wic-gateway/io/tcp_listener.hpp"
#include "wic-gateway/io/ws_server.hpp"

namespace wic::io {

// Ends over the loop's next turns, and then in a second call.
struct DestroyContext {
  uv_loop_t* loop;
  void operator()(lws_context* context) const {
    lws_context_destroy(context);
    for (int turn = 0; turn < 10; ++turn) uv_run(loop, UV_RUN_NOWAIT);
    lws_context_destroy(context);
  }
};

struct CloseTimer {
  void operator()(uv_timer_t* timer) const {
    uv_close(reinterpret_cast<uv_handle_t*>(timer),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
  }
};
using TimerPtr = std::unique_ptr<uv_timer_t, CloseTimer>;
/// One accepted socket.
struct Connection {
  ims::FlowId flow;
  common::Endpoint peer;
  lws* wsi = nullptr;
  std::optional<WsConnection> ws;  // from the handshake's end to the close
};
/// The server's tables and what libwebsockets calls: set up in ws_server.cpp, connections in
/// ws_connections.cpp.
struct WsServer::State {
  State(uv_loop_s* uv_loop, WsServerConfig server_config, WsHandler& ws_handler,
        common::Metrics& server_metrics);
  ~State();

  static int callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                      std::size_t size) noexcept;
  int dispatch(Connection& connection, lws_callback_reasons reason, std::string_view in);
  void accept(int socket, const common::Endpoint& peer);
  int check_upgrade(lws* wsi);
  void open(Connection& connection);
  void receive(Connection& connection, std::string_view piece);
  int write(Connection& connection);
  int transmit(Connection& connection, WsTransmit& next);
  void closed(Connection& connection);
  void forget(Connection& connection);
  void update(Connection& connection);
  void handle_timeouts();
  void set_timer();
  void count_refusal(const char* cause);
  Connection* find(ims::FlowId flow);
  void make_vhost();

  WsServerConfig config;
  WsHandler& handler;
  common::Metrics& metrics;
  uv_loop_s* loop;
  Admission admission;
  std::unique_ptr<lws_context, DestroyContext> context;
  lws_vhost* vhost = nullptr;
  SSL_CTX* tls = nullptr;  // the vhost's
  std::array<lws_protocols, 3> protocols{};
  std::vector<std::unique_ptr<TcpListener>> listeners;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections;
  common::Deadlines<std::uint64_t> deadlines;  // of connections, by flow
  TimerPtr timer;                              // for the next of them
  std::optional<common::TimePoint> timer_at;
  std::vector<unsigned char> scratch;  // LWS_PRE octets and one message
  common::Gauge open_connections;
  common::Counter messages_in;
  common::Counter messages_out;
  bool accepting = true;
};
}  // namespace wic::io
