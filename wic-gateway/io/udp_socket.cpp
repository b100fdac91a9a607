// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/udp_socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include <uv.h>

#include "common/io/sockaddr.hpp"

namespace wic::io {
namespace {

constexpr std::size_t batch = 32;
constexpr int batches_a_turn = 8;                // then the loop looks after the others
constexpr std::size_t largest = 65'536;          // a datagram
constexpr int receive_buffer = 4 * 1024 * 1024;  // a burst of registrations after a power cut

int open_socket(const common::Endpoint& endpoint) {
  sockaddr_storage address{};
  const socklen_t size = common::io::to_sockaddr(endpoint, address);
  const int on = 1;
  const int socket = ::socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  bool usable = socket >= 0 && ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  // Without "don't fragment": a long INVITE must arrive, and a phone behind a NAT has no TCP.
  const int fragment = IP_PMTUDISC_DONT;
  if (usable && address.ss_family == AF_INET6) {
    usable = ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
    ::setsockopt(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &fragment, sizeof fragment);
  } else if (usable) {
    ::setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &fragment, sizeof fragment);
  }
  if (usable) {
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    usable = ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0;
  }
  if (usable) return socket;
  const std::string cause = std::strerror(errno);
  if (socket >= 0) ::close(socket);
  throw std::runtime_error("cannot bind " + endpoint.to_string() + ": " + cause);
}

}  // namespace

struct UdpSocket::State {
  uv_poll_t poll{};
  int socket = -1;
  OnDatagram on_datagram;
  std::vector<char> buffer = std::vector<char>(batch * largest);
  std::array<mmsghdr, batch> headers{};
  std::array<iovec, batch> pieces{};
  std::array<sockaddr_storage, batch> sources{};

  void receive() {
    for (int round = 0; round < batches_a_turn; ++round) {
      for (std::size_t i = 0; i < batch; ++i) {
        pieces[i] = {buffer.data() + i * largest, largest};
        headers[i] = {};
        headers[i].msg_hdr.msg_name = &sources[i];
        headers[i].msg_hdr.msg_namelen = sizeof sources[i];
        headers[i].msg_hdr.msg_iov = &pieces[i];
        headers[i].msg_hdr.msg_iovlen = 1;
      }
      const int got = ::recvmmsg(socket, headers.data(), batch, MSG_DONTWAIT, nullptr);
      if (got <= 0) return;
      for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
        on_datagram(common::io::from_sockaddr(sources[i]),
                    {buffer.data() + i * largest, std::size_t{headers[i].msg_len}});
      }
      if (static_cast<std::size_t>(got) < batch) return;
    }
  }
};

UdpSocket::UdpSocket(uv_loop_s* loop, const common::Endpoint& address, OnDatagram on_datagram)
    : state_(nullptr) {
  const int socket = open_socket(address);
  state_ = new State;
  state_->socket = socket;
  state_->on_datagram = std::move(on_datagram);
  uv_poll_init(loop, &state_->poll, socket);
  state_->poll.data = state_;
  uv_poll_start(&state_->poll, UV_READABLE,
                [](uv_poll_t* handle, int, int) { static_cast<State*>(handle->data)->receive(); });
}

UdpSocket::~UdpSocket() {
  uv_poll_stop(&state_->poll);
  ::close(state_->socket);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->poll),
           [](uv_handle_t* handle) { delete static_cast<State*>(handle->data); });
}

bool UdpSocket::send(const common::Endpoint& to, std::string_view datagram) {
  sockaddr_storage address{};
  const socklen_t size = common::io::to_sockaddr(to, address);
  return ::sendto(state_->socket, datagram.data(), datagram.size(), MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&address), size) >= 0;
}

common::Endpoint UdpSocket::endpoint() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(state_->socket, reinterpret_cast<sockaddr*>(&address), &size);
  return common::io::from_sockaddr(address);
}

}  // namespace wic::io
