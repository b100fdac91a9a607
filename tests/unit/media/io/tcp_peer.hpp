// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/ice/tcp_framer.hpp"
#include "tests/unit/media/io/peers.hpp"

namespace test {

/// What a WebrtcPeer has in place of its UDP socket behind a firewall: an active TCP candidate,
/// which connects to whatever it first sends to.
class TcpPeer final : public UdpPeer {
 public:
  [[nodiscard]] common::Endpoint endpoint() const override { return local_; }

  void send(const common::Endpoint& to, std::span<const std::byte> bytes) const override {
    if (!socket_.is_open()) connect(to);
    const auto header = media::ice::TcpFramer::header(bytes.size());
    Bytes frame(header.begin(), header.end());
    frame.insert(frame.end(), bytes.begin(), bytes.end());
    send_raw(frame);
  }
  void send_raw(std::span<const std::byte> bytes) const {
    ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  std::optional<Bytes> receive(int timeout_ms = 2000) override {
    while (true) {
      if (const auto packet = framer_.next()) return Bytes(packet->begin(), packet->end());
      pollfd wait{socket_.get(), POLLIN, 0};
      if (poll(&wait, 1, timeout_ms) != 1) return std::nullopt;
      const auto space = framer_.space();
      const auto got = recv(socket_.get(), space.data(), space.size(), 0);
      closed = got <= 0;
      if (closed) return std::nullopt;
      framer_.added(static_cast<std::size_t>(got));
    }
  }

  void connect(const common::Endpoint& to) const {
    socket_ = media::io::Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage address{};
    const socklen_t length = common::io::to_sockaddr(to, address);
    ASSERT_EQ(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    socklen_t size = sizeof address;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    local_ = common::io::from_sockaddr(address);
  }

  bool closed = false;  // by the other side, as the last receive() saw

 private:
  mutable media::io::Descriptor socket_;
  mutable common::Endpoint local_;
  media::ice::TcpFramer framer_;
};

}  // namespace test
