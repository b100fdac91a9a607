// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/errc.hpp"

#include "common/result.hpp"

namespace wic {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::malformed_token:
      return "token malformed or too large";
    case Errc::invalid_token:
      return "token invalid";
    case Errc::unknown_key:
      return "token signed with an unknown key";
    case Errc::no_keys:
      return "no key set of the issuer";
    case Errc::untrusted_issuer:
      return "token of another issuer";
    case Errc::wrong_audience:
      return "token for another audience";
    case Errc::expired:
      return "token expired";
    case Errc::not_yet_valid:
      return "token not valid yet";
    case Errc::lifetime_too_long:
      return "token lives too long";
    case Errc::client_not_allowed:
      return "token of a client that is not allowed here";
    case Errc::revoked:
      return "token revoked";
    case Errc::ask_issuer:
      return "only the issuer knows the token";
    case Errc::key_not_proven:
      return "key of the token not proven";
    case Errc::untrusted_event:
      return "revocation event that cannot be believed";
    case Errc::feed_broken:
      return "feed of revocations is incomplete";
    case Errc::cannot_listen:
      return "cannot listen";
    case Errc::tls_setup_failed:
      return "TLS cannot be set up";
    case Errc::agent_failed:
      return "SIP agent cannot start";
    case Errc::media_refused:
      return "media engine refused";
    case Errc::unusable_sdp:
      return "session description unusable";
    case Errc::broken_stream:
      return "stream cannot be cut into messages";
    case Errc::unusable_answer:
      return "answer cannot be read";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const common::EnumCategory<Errc> category("wic");
  return {static_cast<int>(code), category};
}

}  // namespace wic
