// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/flow_peer.hpp"

namespace ims {

std::string_view via_name(Transport transport) {
  switch (transport) {
    case Transport::ws:
      return "WS";
    case Transport::wss:
      return "WSS";
    case Transport::udp:
      return "UDP";
    case Transport::tcp:
      return "TCP";
    case Transport::tls:
      return "TLS";
  }
  return "UDP";
}

std::string_view uri_name(Transport transport) {
  switch (transport) {
    case Transport::ws:
      return "ws";
    case Transport::wss:
      return "wss";
    case Transport::udp:
      return "udp";
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
  }
  return "udp";
}

}  // namespace ims
