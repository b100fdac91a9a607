// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "ims-interface/sip/message.hpp"

namespace ims {

/// An access code in the body of REGISTER, as the SIP-OAuth drafts had it (token-auth 3.1 mode B):
/// `grant_type=authorization_code&code=0194507302`.
struct BodyCode {
  enum class State : std::uint8_t { absent, malformed, present };
  State state = State::absent;
  std::string code;  // a secret: never logged, never sent to the core
};

/// Absent without a form body. Malformed are: any other key, a repeated one, another grant type,
/// anything but digits, more than 32 of them.
[[nodiscard]] BodyCode read_code_body(const sip::Message& request);

}  // namespace ims
