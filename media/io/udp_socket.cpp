// SPDX-License-Identifier: Apache-2.0
#include "media/io/udp_socket.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "media/errc.hpp"

namespace media::io {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

common::Result<Descriptor> bind_udp(const common::Endpoint& local, int buffer) {
  const int family = local.address.is_v6() ? AF_INET6 : AF_INET;
  Descriptor socket(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto failed = [&] {
    return common::fail(Errc::socket_unusable, local.to_string() + ": " + std::strerror(errno));
  };
  if (!socket.is_open()) return failed();
  const int on = 1;
  if (family == AF_INET6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  sockaddr_storage address{};
  const socklen_t length = to_sockaddr(local, address);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    return failed();
  }
  return socket;
}

socklen_t to_sockaddr(const common::Endpoint& endpoint, sockaddr_storage& out) noexcept {
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

common::Endpoint from_sockaddr(const sockaddr_storage& address) noexcept {
  common::Endpoint endpoint;
  if (address.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address);
    endpoint.address.family = common::IpAddress::Family::v6;
    endpoint.port = ntohs(in6.sin6_port);
    std::memcpy(endpoint.address.octets.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
  } else {
    const auto& in4 = reinterpret_cast<const sockaddr_in&>(address);
    endpoint.port = ntohs(in4.sin_port);
    std::memcpy(endpoint.address.octets.data(), &in4.sin_addr, sizeof in4.sin_addr);
  }
  return endpoint;
}

}  // namespace media::io
