// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "common/endpoint.hpp"

struct uv_loop_s;

namespace wic::io {

/// A UDP socket on a libuv loop that shares its address with those of other workers: the kernel
/// gives a source address to the same one each time. Drained in batches. Fragments what is too long
/// for the path.
class UdpSocket {
 public:
  using OnDatagram = std::function<void(const common::Endpoint& source, std::string_view datagram)>;

  /// Throws std::runtime_error naming address and cause.
  UdpSocket(uv_loop_s* loop, const common::Endpoint& address, OnDatagram on_datagram);
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  /// False when the kernel would not take it; SIP's timers repeat what matters.
  bool send(const common::Endpoint& to, std::string_view datagram);
  [[nodiscard]] common::Endpoint endpoint() const;

 private:
  struct State;
  State* state_;  // freed by the loop once its handle is closed
};

}  // namespace wic::io
