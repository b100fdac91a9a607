// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace wic {

/// Failures of the gateway program's own parts.
enum class Errc {
  // Access tokens; the edge turns each into a SIP status (auth/token_verdict.hpp).
  malformed_token = 1,
  invalid_token,  // what common/jose refused: type, algorithm, key, signature, claims
  unknown_key,    // no key of that id: the key set may be old
  no_keys,        // no usable key set at all
  untrusted_issuer,
  wrong_audience,
  expired,
  not_yet_valid,
  lifetime_too_long,
  client_not_allowed,
  revoked,
  ask_issuer,       // opaque, or the feed of revocations is silent: only introspection tells
  key_not_proven,   // bound to a key or certificate that the sender did not show
  untrusted_event,  // feed of revocations: not signed, not ours, not readable
  feed_broken,      // feed of revocations: something is missing
  // Network and start-up.
  cannot_listen,
  tls_setup_failed,
  agent_failed,
  // Media.
  media_refused,
  unusable_sdp,
  // Phones.
  broken_stream,    // what comes over TCP or TLS cannot be cut into messages
  unusable_answer,  // of the WAF
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace wic

template <>
struct std::is_error_code_enum<wic::Errc> : std::true_type {};
