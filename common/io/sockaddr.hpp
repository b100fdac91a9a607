// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include "common/endpoint.hpp"

namespace common::io {

/// Writes the kernel's form of a transport address; returns the octets of it that count.
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept;
/// `address` must be of IPv4 or IPv6.
[[nodiscard]] Endpoint from_sockaddr(const sockaddr_storage& address) noexcept;

}  // namespace common::io
