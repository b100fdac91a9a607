// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ims-interface/sip/message.hpp"

namespace ims {

/// What a request says about an access token.
struct BearerCredentials {
  enum class State : std::uint8_t { absent, malformed, present };
  State state = State::absent;
  std::string token;  // a secret: never logged, never sent to the core
};

inline constexpr std::size_t longest_token = 4096;

/// Reads the one Bearer credential of Authorization or, for other requests than REGISTER,
/// Proxy-Authorization. Four dialects (B08-B11): RFC 6750 `Bearer <b64token>`, the same with
/// further parameters, `Bearer access_token="…"` of TS 24.371 and `Bearer token="…"`. Two Bearers,
/// two tokens, an empty or an overlong one are malformed. Other schemes do not count.
[[nodiscard]] BearerCredentials read_bearer(const sip::Message& request);

/// The same for one header value.
[[nodiscard]] BearerCredentials read_bearer_value(std::string_view value);

}  // namespace ims
