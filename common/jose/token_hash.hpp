// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"

namespace common::jose {

/// at_hash of an ID token (OpenID Connect Core 3.1.3.6): the left half of the access token's hash,
/// which is that of the ID token's own signature: SHA-512 for Ed25519, SHA-256 for the others.
[[nodiscard]] std::string access_token_hash(std::string_view access_token, Algorithm algorithm);

}  // namespace common::jose
