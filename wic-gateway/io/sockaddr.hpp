// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include "common/endpoint.hpp"

namespace wic::io {

/// The kernel's form of a transport address, and its size.
socklen_t to_sockaddr(const common::Endpoint& endpoint, sockaddr_storage& out);
[[nodiscard]] common::Endpoint to_endpoint(const sockaddr_storage& from);

}  // namespace wic::io
