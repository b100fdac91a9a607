// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>

#include "common/result.hpp"

namespace waf::webauthn {

/// Algorithms we take, by their COSE numbers, the best first.
inline constexpr int es256 = -7;
inline constexpr int eddsa = -8;
inline constexpr int rs256 = -257;

/// Whether `signature` over `message` is of the key (COSE_Key, RFC 9053): ES256 on P-256, EdDSA
/// with Ed25519, RS256 of at least 2048 bits. Errc::invalid_encoding for any other key.
[[nodiscard]] common::Result<bool> verify_signature(std::span<const std::byte> cose_key,
                                                    std::span<const std::byte> message,
                                                    std::span<const std::byte> signature);
/// Whether this is a key that verify_signature() can use.
[[nodiscard]] common::Result<void> check_key(std::span<const std::byte> cose_key);

}  // namespace waf::webauthn
