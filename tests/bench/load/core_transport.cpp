// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/core_transport.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "tests/bench/load/sip_message.hpp"

namespace bench {

namespace {

int bound_socket(int type, const sockaddr_in& local) {
  const int descriptor = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  if (type == SOCK_STREAM) setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0)
    throw std::system_error(errno, std::generic_category(), "bind " + print_address(local));
  return descriptor;
}

}  // namespace

/// One TCP stream of SIP messages, framed by Content-Length.
class CoreTransport::Connection final : public Watcher {
 public:
  Connection(CoreTransport& owner, int descriptor, const sockaddr_in& peer)
      : owner_(owner), peer_{peer, descriptor} {
    owner_.loop_.watch(descriptor, EPOLLIN, *this);
  }
  ~Connection() override {
    owner_.loop_.forget(peer_.connection);
    close(peer_.connection);
  }

  void on_ready(std::uint32_t) override {
    std::array<char, 65536> buffer;
    const auto count = recv(peer_.connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
      if (count < 0 && errno == EAGAIN) return;
      owner_.connections_.erase(peer_.connection);  // destroys this
      return;
    }
    input_.append(buffer.data(), static_cast<std::size_t>(count));
    while (consume()) {
    }
  }

 private:
  bool consume() {
    input_.erase(0, input_.find_first_not_of("\r\n"));
    const auto head_end = input_.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    const auto message = SipMessage::parse(std::string_view(input_).substr(0, head_end + 4));
    std::size_t body = 0;
    if (message) {
      const std::string_view length = message->first("Content-Length");
      std::from_chars(length.data(), length.data() + length.size(), body);
    }
    const std::size_t size = head_end + 4 + body;
    if (input_.size() < size) return false;
    owner_.receiver_(std::string_view(input_).substr(0, size), peer_);
    input_.erase(0, size);
    return true;
  }

  CoreTransport& owner_;
  CorePeer peer_;
  std::string input_;
};

class CoreTransport::Listener final : public Watcher {
 public:
  Listener(CoreTransport& owner, int descriptor) : owner_(owner), descriptor_(descriptor) {
    if (listen(descriptor_, 64) != 0)
      throw std::system_error(errno, std::generic_category(), "listen");
    owner_.loop_.watch(descriptor_, EPOLLIN, *this);
  }
  ~Listener() override {
    owner_.loop_.forget(descriptor_);
    close(descriptor_);
  }
  void on_ready(std::uint32_t) override {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int accepted = accept4(descriptor_, reinterpret_cast<sockaddr*>(&peer), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) return;
    const int on = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    owner_.connections_[accepted] = std::make_unique<Connection>(owner_, accepted, peer);
  }

 private:
  CoreTransport& owner_;
  int descriptor_;
};

CoreTransport::CoreTransport(EventLoop& loop, const sockaddr_in& local, Receiver receiver)
    : loop_(loop), receiver_(std::move(receiver)), udp_(bound_socket(SOCK_DGRAM, local)) {
  const int room = 4 << 20;
  setsockopt(udp_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  loop_.watch(udp_, EPOLLIN, *this);
  listener_ = std::make_unique<Listener>(*this, bound_socket(SOCK_STREAM, local));
}

CoreTransport::~CoreTransport() {
  loop_.forget(udp_);
  close(udp_);
}

void CoreTransport::send(std::string_view message, const CorePeer& to) {
  if (to.connection < 0) {
    sendto(udp_, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&to.address),
           sizeof to.address);
    return;
  }
  // A message is far smaller than the socket's buffer; a peer that stops reading has failed.
  const auto sent = ::send(to.connection, message.data(), message.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(message.size())) shutdown(to.connection, SHUT_RDWR);
}

void CoreTransport::on_ready(std::uint32_t) {
  std::vector<char> buffer(65536);
  while (true) {
    CorePeer from;
    socklen_t size = sizeof from.address;
    const auto count = recvfrom(udp_, buffer.data(), buffer.size(), 0,
                                reinterpret_cast<sockaddr*>(&from.address), &size);
    if (count < 0) return;
    if (count > 4) receiver_({buffer.data(), static_cast<std::size_t>(count)}, from);
  }
}

sockaddr_in parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  const std::string host(text.substr(0, colon));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  std::uint16_t port = 0;
  if (colon != std::string_view::npos)
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  if (port == 0 || inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    throw std::invalid_argument("not an IPv4 address with port: " + std::string(text));
  address.sin_port = htons(port);
  return address;
}

std::string print_address(const sockaddr_in& address) {
  std::array<char, INET_ADDRSTRLEN> text;
  inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(address.sin_port));
}

}  // namespace bench
