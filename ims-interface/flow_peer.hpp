// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"

namespace ims {

struct PhoneAccess;

/// A WebSocket or stream connection, or a phone's source address over UDP; numbered by the shell,
/// never reused.
struct FlowId {
  std::uint64_t value = 0;
  auto operator<=>(const FlowId&) const = default;
};

/// How a client reaches us. All but `udp` are reliable: nothing is sent twice there.
enum class Transport : std::uint8_t { ws, wss, udp, tcp, tls };

/// As Via names it: "WSS", "UDP", …
[[nodiscard]] std::string_view via_name(Transport transport);
/// As a URI's transport parameter and the WAF name it: "tls", "udp", …
[[nodiscard]] std::string_view uri_name(Transport transport);

/// What the edge knows of a flow: a WebSocket or stream connection, or, over UDP, the source
/// address of a phone's datagrams (RFC 5626 3.3).
struct FlowPeer {
  common::Endpoint address;
  std::string origin;  // WebSocket: Origin header of the handshake
  bool secure = true;  // WSS, TLS
  Transport transport = Transport::wss;
  /// Phones: host[:port] under which they know this listener; stands in Via and Record-Route.
  std::string own_host = {};
  /// Phones: SHA-256 of the client certificate that the TLS handshake verified, base64url; empty
  /// without one.
  std::string certificate = {};
  /// Phones: what the listener takes as credentials; null: a web client, tokens only.
  std::shared_ptr<const PhoneAccess> access = {};

  [[nodiscard]] bool is_phone() const { return access != nullptr; }
  [[nodiscard]] bool is_reliable() const { return transport != Transport::udp; }
};

}  // namespace ims
