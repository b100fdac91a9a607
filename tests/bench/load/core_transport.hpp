// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tests/bench/load/event_loop.hpp"

namespace bench {

/// Where a SIP message came from, so that the answer goes back the same way.
struct CorePeer {
  sockaddr_in address{};
  int connection = -1;  // TCP socket, or -1 for UDP
};

/// SIP over UDP and TCP on one port of loopback, as the core side of the bench speaks it.
class CoreTransport final : public Watcher {
 public:
  using Receiver = std::function<void(std::string_view message, const CorePeer& from)>;

  CoreTransport(EventLoop& loop, const sockaddr_in& local, Receiver receiver);
  ~CoreTransport() override;
  CoreTransport(const CoreTransport&) = delete;
  CoreTransport& operator=(const CoreTransport&) = delete;

  void send(std::string_view message, const CorePeer& to);
  void on_ready(std::uint32_t events) override;  // UDP

 private:
  class Listener;
  class Connection;
  friend class Connection;

  EventLoop& loop_;
  Receiver receiver_;
  int udp_ = -1;
  std::unique_ptr<Listener> listener_;
  std::map<int, std::unique_ptr<Connection>> connections_;
};

/// "127.0.0.1:5070"; throws std::invalid_argument for anything but an IPv4 literal with a port.
[[nodiscard]] sockaddr_in parse_address(std::string_view text);
[[nodiscard]] std::string print_address(const sockaddr_in& address);

}  // namespace bench
