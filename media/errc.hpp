// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace media {

/// Why the media engine or one of its parts refused something. Bad packets are not errors: they are
/// dropped and counted by reason.
enum class Errc {
  unknown_call = 1,  // closed, or never opened here
  unknown_leg,
  invalid_credentials,   // ufrag or password outside RFC 8839 section 5.4
  invalid_fingerprint,   // no usable hash function or value
  invalid_connection,    // legs of two calls, a leg with itself, an impossible payload type
  invalid_keys,          // SDES keys of another length or an unknown suite
  unusable_sound,        // not a WAV file of a form that we read, or too long
  unsupported_family,    // no address of this family is configured
  capacity_reached,      // no free leg, call or port
  overloaded,            // the worker's command queue is full
  malformed_packet,      // not a well-formed STUN, RTP or RTCP message
  certificate_unusable,  // file missing, not P-256, or key and certificate differ
  handshake_failed,
  fingerprint_mismatch,  // SEC-12
  no_srtp_profile,       // the peer offers none of ours
  table_unusable,        // call table cannot be made, mapped or locked
  socket_unusable,       // an address or port cannot be bound
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace media

template <>
struct std::is_error_code_enum<media::Errc> : std::true_type {};
