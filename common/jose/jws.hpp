// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"

namespace common::jose {

/// What a token may be before we look at its claims.
struct JwsPolicy {
  std::vector<std::string> types;  // accepted typ, compared without case; "at+jwt" also admits
                                   // "application/at+jwt". Empty: typ is not checked
  std::vector<Algorithm> algorithms = {Algorithm::es256};
  std::size_t max_bytes = 4096;
  std::size_t max_header_bytes = 1024;
  bool key_id_optional = false;  // without a kid the caller tries the keys it has
  bool embedded_key = false;     // the key stands in the header (a DPoP proof): no kid is wanted
};

/// A compact JWS taken apart, nothing of it trusted yet.
struct ParsedJws {
  std::string type;  // as sent
  Algorithm algorithm = Algorithm::es256;
  std::string kid;
  std::string jwk;               // the header's jwk as JSON text; only with policy.embedded_key
  std::string_view signed_text;  // header.payload, a view of the input
  std::string payload;           // decoded
  std::vector<std::byte> signature;
};

/// token-auth steps 1-6 without the key look-up: size, three strict base64url parts, strict JSON
/// header (depth 4, no duplicates), typ, alg, crit, kid. jku, x5u and x5c are never read, jwk
/// only where the policy says that the key is embedded.
/// Errors of step 1 are Errc::too_large and Errc::malformed_jws (a SIP 400); all others are 401.
[[nodiscard]] Result<ParsedJws> parse_jws(std::string_view token, const JwsPolicy& policy);

/// parse_jws, then the key by kid (Errc::unknown_key lets the caller fetch the JWKS again) and the
/// signature. Returns the verified JWS; only then may its payload be read.
[[nodiscard]] Result<ParsedJws> verify_jws(std::string_view token, const KeySet& keys,
                                           const JwsPolicy& policy);

}  // namespace common::jose
