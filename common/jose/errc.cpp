// SPDX-License-Identifier: Apache-2.0
#include "common/jose/errc.hpp"

#include "common/result.hpp"

namespace common::jose {

std::string_view name_of(Errc code) {
  switch (code) {
    case Errc::malformed_json:
      return "malformed JSON";
    case Errc::duplicate_member:
      return "duplicate member";
    case Errc::too_deep:
      return "nested too deep";
    case Errc::too_large:
      return "too large";
    case Errc::invalid_utf8:
      return "invalid UTF-8";
    case Errc::malformed_jws:
      return "malformed JWS";
    case Errc::wrong_type:
      return "wrong typ";
    case Errc::unsupported_algorithm:
      return "unsupported alg";
    case Errc::critical_header:
      return "critical header";
    case Errc::invalid_key_id:
      return "invalid kid";
    case Errc::unknown_key:
      return "unknown key";
    case Errc::key_mismatch:
      return "key does not fit alg";
    case Errc::bad_signature:
      return "bad signature";
    case Errc::malformed_key:
      return "malformed key";
    case Errc::proof_of_other_request:
      return "proof for another request";
    case Errc::proof_of_other_token:
      return "proof for another token";
    case Errc::proof_out_of_time:
      return "proof too old or from the future";
    case Errc::malformed_claims:
      return "malformed claims";
  }
  return "unknown";
}

std::error_code make_error_code(Errc code) {
  static const EnumCategory<Errc> category("jose");
  return {static_cast<int>(code), category};
}

}  // namespace common::jose
