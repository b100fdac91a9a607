// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <uv.h>

#include "common/deadlines.hpp"
#include "common/openssl.hpp"
#include "wic-gateway/io/phone_server.hpp"
#include "wic-gateway/io/tcp_listener.hpp"
#include "wic-gateway/io/udp_socket.hpp"

namespace wic::io {

/// One listener with its socket; TLS ones with a context of their own.
struct PhoneListener {
  const PhoneListenerConfig* config = nullptr;
  common::SslCtxPtr tls;
  std::unique_ptr<TcpListener> stream;
  std::unique_ptr<UdpSocket> datagrams;
};

/// One accepted socket. Its uv_poll_t outlives the rest until the loop has closed it.
struct PhoneConnection {
  ims::FlowId flow;
  const PhoneListener* listener = nullptr;
  common::Endpoint peer;
  int socket = -1;
  uv_poll_t* poll = nullptr;
  int watched = 0;  // UV_READABLE, UV_WRITABLE
  common::SslPtr tls;
  bool tls_wants_write = false;
  std::optional<StreamConnection> stream;  // none until the handshake is done
  common::TimePoint handshake_due;
};

struct PhoneServer::State {
  State(uv_loop_s* uv_loop, PhoneServerConfig server_config, PhoneHandler& phone_handler,
        common::Metrics& server_metrics);
  ~State();

  void listen(const PhoneListenerConfig& listener);
  void set_timer();
  void handle_timeouts();
  void count_refusal(const PhoneListener& listener, const char* cause);

  /// By number: an event may come for a connection that an earlier one of the same turn has ended.
  struct PollContext {
    State* state;
    ims::FlowId flow;
  };

  // phone_connections.cpp
  static void release(PhoneConnection& connection);
  void accept(const PhoneListener& listener, int socket, const common::Endpoint& peer);
  void handle_event(ims::FlowId flow, int events);
  void shake_hands(PhoneConnection& connection);
  void open(PhoneConnection& connection);
  void receive(PhoneConnection& connection);
  void deliver(PhoneConnection& connection);
  void flush(PhoneConnection& connection);
  void update(PhoneConnection& connection);
  void drop(PhoneConnection& connection, std::string_view why);
  [[nodiscard]] PhoneConnection* find(ims::FlowId flow);

  // phone_datagrams.cpp
  void handle_datagram(std::size_t listener, const common::Endpoint& source,
                       std::string_view datagram);
  bool send_datagram(ims::FlowId flow, std::string_view text);
  bool close_datagram_flow(ims::FlowId flow, std::string_view reason);

  PhoneServerConfig config;
  PhoneHandler& handler;
  common::Metrics& metrics;
  uv_loop_s* loop;
  std::vector<PhoneListener> listeners;
  Admission admission;
  DatagramFlows datagrams;
  std::unordered_map<std::uint64_t, std::unique_ptr<PhoneConnection>> connections;
  common::Deadlines<std::uint64_t> deadlines;
  uv_timer_t* timer = nullptr;
  std::optional<common::TimePoint> timer_at;
  bool accepting = true;
  common::Gauge open_connections;
  common::Gauge open_datagram_flows;
  common::Counter messages_in;
  common::Counter messages_out;
};

}  // namespace wic::io
