// SPDX-License-Identifier: Apache-2.0
#include "media/io/udp_socket.hpp"

#include <netinet/in.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/io/sockaddr.hpp"
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

common::Result<Descriptor> bind_udp(const common::Endpoint& local, const UdpOptions& options) {
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
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &options.buffer, sizeof options.buffer);
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &options.buffer, sizeof options.buffer);
  const int whole = IP_PMTUDISC_DO;
  if (family == AF_INET) {
    ::setsockopt(socket.get(), IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole);
  }
  const int traffic_class = options.dscp << 2U;
  ::setsockopt(socket.get(), family == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP,
               family == AF_INET6 ? IPV6_TCLASS : IP_TOS, &traffic_class, sizeof traffic_class);
  sockaddr_storage address{};
  const socklen_t length = common::io::to_sockaddr(local, address);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    return failed();
  }
  return socket;
}

bool allow_fragments(int fd) {
  int now = 0;
  socklen_t size = sizeof now;
  if (::getsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &now, &size) != 0 || now != IP_PMTUDISC_DO) {
    return false;
  }
  const int fragments = IP_PMTUDISC_WANT;
  return ::setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &fragments, sizeof fragments) == 0;
}

}  // namespace media::io
