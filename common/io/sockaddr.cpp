// SPDX-License-Identifier: Apache-2.0
#include "common/io/sockaddr.hpp"

#include <netinet/in.h>

#include <cstring>

namespace common::io {

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) noexcept {
  if (endpoint.address.is_v6()) {
    auto& in6 = reinterpret_cast<sockaddr_in6&>(out);
    in6 = sockaddr_in6{};
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(endpoint.port);
    std::memcpy(&in6.sin6_addr, endpoint.address.octets.data(), sizeof in6.sin6_addr);
    return sizeof in6;
  }
  auto& in4 = reinterpret_cast<sockaddr_in&>(out);
  in4 = sockaddr_in{};
  in4.sin_family = AF_INET;
  in4.sin_port = htons(endpoint.port);
  std::memcpy(&in4.sin_addr, endpoint.address.octets.data(), sizeof in4.sin_addr);
  return sizeof in4;
}

Endpoint from_sockaddr(const sockaddr_storage& address) noexcept {
  Endpoint endpoint;
  if (address.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address);
    endpoint.address.family = IpAddress::Family::v6;
    endpoint.port = ntohs(in6.sin6_port);
    std::memcpy(endpoint.address.octets.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
  } else {
    const auto& in4 = reinterpret_cast<const sockaddr_in&>(address);
    endpoint.port = ntohs(in4.sin_port);
    std::memcpy(endpoint.address.octets.data(), &in4.sin_addr, sizeof in4.sin_addr);
  }
  return endpoint;
}

}  // namespace common::io
