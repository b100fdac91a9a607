// SPDX-License-Identifier: Apache-2.0
#include "media/errc.hpp"

#include "common/result.hpp"

namespace media {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::unknown_call:
      return "unknown call";
    case Errc::unknown_leg:
      return "unknown leg";
    case Errc::invalid_credentials:
      return "invalid ICE credentials";
    case Errc::invalid_fingerprint:
      return "invalid fingerprint";
    case Errc::invalid_connection:
      return "invalid connection";
    case Errc::invalid_keys:
      return "invalid SRTP keys";
    case Errc::unusable_sound:
      return "sound file cannot be used";
    case Errc::unsupported_family:
      return "address family not configured";
    case Errc::capacity_reached:
      return "capacity reached";
    case Errc::overloaded:
      return "media worker overloaded";
    case Errc::malformed_packet:
      return "malformed packet";
    case Errc::certificate_unusable:
      return "certificate unusable";
    case Errc::handshake_failed:
      return "DTLS handshake failed";
    case Errc::fingerprint_mismatch:
      return "certificate does not match the announced fingerprint";
    case Errc::no_srtp_profile:
      return "no common SRTP profile";
    case Errc::table_unusable:
      return "call table unusable";
    case Errc::socket_unusable:
      return "socket unusable";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("media");
  return {static_cast<int>(code), category};
}

}  // namespace media
