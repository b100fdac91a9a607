// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"

namespace wic {

/// The answer to a STUN binding request on the SIP port (RFC 5626 3.5.2, RFC 5389): where it came
/// from, in XOR-MAPPED-ADDRESS. Nothing for anything else. No credentials: it proves nothing and
/// opens nothing.
[[nodiscard]] std::optional<std::string> answer_stun(std::string_view datagram,
                                                     const common::Endpoint& source);
/// STUN, whether it is answered or not, is no SIP: its first two bits are zero.
[[nodiscard]] bool looks_like_stun(std::string_view datagram);

}  // namespace wic
