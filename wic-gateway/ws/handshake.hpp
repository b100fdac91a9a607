// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wic {

/// The fields of a WebSocket upgrade that decide about it; empty when the client sent none.
struct Handshake {
  std::string_view origin;
  std::string_view protocols;  // Sec-WebSocket-Protocol, a comma separated list
  std::string_view version;
};

enum class HandshakeVerdict {
  accept,
  forbidden,        // 403: Origin missing or not on the list (SEC-05)
  no_sip_protocol,  // 400 (WS-01)
  wrong_version,    // 426
};

/// Origin is compared as a whole: scheme, host and port as a browser prints them, host in lower
/// case, no trailing slash (RFC 6454 section 6.2).
[[nodiscard]] HandshakeVerdict check_handshake(const Handshake& handshake,
                                               const std::vector<std::string>& origins);
[[nodiscard]] unsigned status_of(HandshakeVerdict verdict);

/// True for "scheme://host[:port]" in the form that browsers send; for checking configuration.
[[nodiscard]] bool is_serialized_origin(std::string_view text);

}  // namespace wic
