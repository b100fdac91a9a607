// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "common/endpoint.hpp"

struct uv_loop_s;

namespace wic::io {

/// A listening TCP socket on a libuv loop that may share its address with those of other workers
/// (SO_REUSEPORT). Accepted sockets are non-blocking and belong to the callback.
class TcpListener {
 public:
  using OnAccept = std::function<void(int socket, const common::Endpoint& peer)>;

  /// Throws std::runtime_error naming address and cause.
  TcpListener(uv_loop_s* loop, const common::Endpoint& address, OnAccept on_accept);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  [[nodiscard]] common::Endpoint endpoint() const;

 private:
  struct State;
  State* state_;  // freed by the loop once its handles are closed
};

}  // namespace wic::io
