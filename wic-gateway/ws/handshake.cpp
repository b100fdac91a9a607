// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/handshake.hpp"

#include <algorithm>

namespace wic {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Subprotocol names are compared as they are (RFC 6455 section 11.5); "sip" is registered so.
bool offers_sip(std::string_view protocols) {
  while (!protocols.empty()) {
    const auto comma = protocols.find(',');
    if (trim(protocols.substr(0, comma)) == "sip") return true;
    if (comma == std::string_view::npos) return false;
    protocols.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

HandshakeVerdict check_handshake(const Handshake& handshake,
                                 const std::vector<std::string>& origins) {
  if (std::find(origins.begin(), origins.end(), handshake.origin) == origins.end()) {
    return HandshakeVerdict::forbidden;
  }
  if (trim(handshake.version) != "13") return HandshakeVerdict::wrong_version;
  if (!offers_sip(handshake.protocols)) return HandshakeVerdict::no_sip_protocol;
  return HandshakeVerdict::accept;
}

unsigned status_of(HandshakeVerdict verdict) {
  switch (verdict) {
    case HandshakeVerdict::accept:
      return 101;
    case HandshakeVerdict::forbidden:
      return 403;
    case HandshakeVerdict::no_sip_protocol:
      return 400;
    case HandshakeVerdict::wrong_version:
      return 426;
  }
  return 400;
}

bool is_serialized_origin(std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
  const std::string_view host = text.substr(scheme_end + 3);
  if (host.empty() || host.find_first_of("/?#@ \t") != std::string_view::npos) return false;
  return std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace wic
