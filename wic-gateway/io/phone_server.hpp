// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "common/result.hpp"
#include "ims-interface/flow_peer.hpp"
#include "ims-interface/phone_access.hpp"
#include "wic-gateway/phone/datagram_flows.hpp"
#include "wic-gateway/phone/stream_connection.hpp"
#include "wic-gateway/ws/admission.hpp"

struct uv_loop_s;

namespace wic::io {

enum class ClientCertificates : std::uint8_t { none, optional, required };

struct PhoneListenerConfig {
  ims::Transport transport = ims::Transport::tls;  // udp, tcp or tls
  common::Endpoint address;
  std::string own_host;  // host[:port] under which phones know it
  // TLS
  std::filesystem::path certificate;  // PEM chain
  std::filesystem::path private_key;
  std::optional<std::filesystem::path> client_ca;
  ClientCertificates client_certificates = ClientCertificates::none;
  std::shared_ptr<const ims::PhoneAccess> access;
};

struct PhoneServerConfig {
  std::vector<PhoneListenerConfig> listen;
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  StreamLimits streams;
  AdmissionLimits admission;  // of connections
  DatagramLimits datagrams;
};

/// Receives what phones send; called from the loop's thread.
class PhoneHandler {
 public:
  virtual ~PhoneHandler() = default;
  virtual void on_phone_opened(ims::FlowId flow, ims::FlowPeer peer) = 0;
  virtual void on_phone_message(ims::FlowId flow, std::string_view message) = 0;
  virtual void on_phone_closed(ims::FlowId flow, std::string_view why) = 0;
  [[nodiscard]] virtual bool is_phone_registered(ims::FlowId flow) const = 0;
};

/// SIP over UDP, TCP and TLS for one worker (RFC 3261 18): sockets, TLS and the limits before SIP;
/// what comes in whole goes to the handler. Lives on the thread of `loop`; several workers listen
/// on the same addresses.
class PhoneServer {
 public:
  /// Throws std::runtime_error when a port cannot be bound or a TLS file cannot be used.
  PhoneServer(uv_loop_s* loop, PhoneServerConfig config, PhoneHandler& handler,
              common::Metrics& metrics);
  ~PhoneServer();
  PhoneServer(const PhoneServer&) = delete;
  PhoneServer& operator=(const PhoneServer&) = delete;

  /// False when the flow is none of these.
  bool send(ims::FlowId flow, std::string_view text);
  bool close(ims::FlowId flow, std::string_view reason);
  void count_failure(const common::IpAddress& client);

  void stop_accepting();
  void close_all();
  [[nodiscard]] common::Result<void> reload_certificates();

  [[nodiscard]] std::size_t connections() const;  // TCP and TLS
  [[nodiscard]] std::size_t datagram_flows() const;
  [[nodiscard]] std::vector<common::Endpoint> endpoints() const;  // with the real ports

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wic::io
