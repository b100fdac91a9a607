// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "ims-interface/sdp/negotiation.hpp"

namespace ims::sdp {

std::string_view text_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::unsupported_media:
      return "this kind of media is not carried";
    case Refusal::unsupported_profile:
      return "transport profile is not supported";
    case Refusal::bundle_only:
      return "bundle-only section, BUNDLE is not used";
    case Refusal::rtcp_mux_required:
      return "no common way for RTCP";
    case Refusal::missing_ice:
      return "no usable ICE credentials";
    case Refusal::missing_fingerprint:
      return "no fingerprint of SHA-256 or stronger";
    case Refusal::invalid_setup:
      return "a=setup leaves no DTLS role";
    case Refusal::invalid_address:
      return "connection address is not an IP address";
    case Refusal::clear_keys:
      return "keys may not be sent over unencrypted signalling";
    case Refusal::srtp_required:
      return "SRTP with a known suite is required";
    case Refusal::alternative_taken:
      return "another profile of the same medium was taken";
    case Refusal::no_common_codec:
      return "no common codec";
    case Refusal::refused_by_peer:
      return "refused by the other party";
  }
  return "unknown";
}

int warn_code_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::unsupported_media:
      return 304;
    case Refusal::no_common_codec:
      return 305;
    case Refusal::invalid_address:
      return 301;
    case Refusal::unsupported_profile:
    case Refusal::clear_keys:
    case Refusal::srtp_required:
    case Refusal::rtcp_mux_required:
    case Refusal::missing_ice:
    case Refusal::missing_fingerprint:
    case Refusal::invalid_setup:
      return 302;
    case Refusal::alternative_taken:
    case Refusal::bundle_only:
    case Refusal::refused_by_peer:
      return 399;
  }
  return 399;
}

}  // namespace ims::sdp
