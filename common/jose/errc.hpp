// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <system_error>

namespace common::jose {

/// Why a JSON text, key, signature or token was refused.
enum class Errc {
  malformed_json = 1,
  duplicate_member,  // RFC 7519 section 4
  too_deep,
  too_large,
  invalid_utf8,
  malformed_jws,  // not three strict base64url parts, or a header that is no object
  wrong_type,     // typ
  unsupported_algorithm,
  critical_header,  // crit, RFC 7515 section 4.1.11: we understand none
  invalid_key_id,
  unknown_key,
  key_mismatch,  // the key's kty, crv or alg does not fit the header's alg
  bad_signature,
  malformed_key,
  malformed_claims,  // a claim is missing or of another type
  // A proof of possession (RFC 9449 section 4.3):
  proof_of_other_request,  // htm or htu
  proof_of_other_token,    // ath
  proof_out_of_time,       // iat
};

[[nodiscard]] std::string_view name_of(Errc code);
[[nodiscard]] std::error_code make_error_code(Errc code);

}  // namespace common::jose

template <>
struct std::is_error_code_enum<common::jose::Errc> : std::true_type {};
