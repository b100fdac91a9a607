// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/endpoint.hpp"

namespace common {

/// True for an address of the public Internet: not loopback, private, link-local, shared,
/// multicast, documentation or otherwise special (RFC 6890), also when it stands inside an IPv6
/// form of IPv4. For requests to addresses that a stranger named: they must not reach what only we
/// can reach.
[[nodiscard]] bool is_public_address(const IpAddress& address);

}  // namespace common
