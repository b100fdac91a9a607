// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace waf {

/// Octets of randomness in codes, refresh tokens and cookies.
inline constexpr std::size_t secret_octets = 32;

/// SHA-256 in base64url: how secrets stand in the store, so that its reader cannot use them.
[[nodiscard]] std::string digest_of(std::string_view secret);

/// HMAC-SHA256 in base64url over a purpose and a text; the purposes never meet.
[[nodiscard]] std::string keyed_digest(std::string_view key, std::string_view purpose,
                                       std::string_view text);

}  // namespace waf
