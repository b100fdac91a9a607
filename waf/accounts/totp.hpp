// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/time.hpp"

namespace waf {

/// Time-based one-time passwords (RFC 6238) as authenticator apps make them: HMAC-SHA-1, six
/// digits, steps of 30 seconds. `secret` is binary.
inline constexpr std::size_t totp_secret_octets = 20;

[[nodiscard]] std::int64_t totp_step(common::SystemTime now);
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);
/// The step whose code this is, one step early or late included; none that is not after
/// `last_step`, so that no code works twice (RFC 6238 section 5.2).
[[nodiscard]] std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code,
                                                     std::int64_t last_step,
                                                     common::SystemTime now);

/// RFC 4648 without padding.
[[nodiscard]] std::string base32(std::string_view octets);
/// What the picture holds: otpauth://totp/ISSUER:ACCOUNT?secret=…
[[nodiscard]] std::string otpauth_uri(std::string_view issuer, std::string_view account,
                                      std::string_view secret);

}  // namespace waf
