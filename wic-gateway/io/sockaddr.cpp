// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/sockaddr.hpp"

#include <netinet/in.h>

#include <cstring>

namespace wic::io {

socklen_t to_sockaddr(const common::Endpoint& endpoint, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof out);
  if (endpoint.address.is_v6()) {
    auto& address = reinterpret_cast<sockaddr_in6&>(out);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    std::memcpy(&address.sin6_addr, endpoint.address.octets.data(), 16);
    return sizeof address;
  }
  auto& address = reinterpret_cast<sockaddr_in&>(out);
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  std::memcpy(&address.sin_addr, endpoint.address.octets.data(), 4);
  return sizeof address;
}

common::Endpoint to_endpoint(const sockaddr_storage& from) {
  common::Endpoint endpoint;
  if (from.ss_family == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(from);
    endpoint.address.family = common::IpAddress::Family::v6;
    std::memcpy(endpoint.address.octets.data(), &address.sin6_addr, 16);
    endpoint.port = ntohs(address.sin6_port);
  } else {
    const auto& address = reinterpret_cast<const sockaddr_in&>(from);
    std::memcpy(endpoint.address.octets.data(), &address.sin_addr, 4);
    endpoint.port = ntohs(address.sin_port);
  }
  return endpoint;
}

}  // namespace wic::io
