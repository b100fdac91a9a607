// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/tcp_listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <uv.h>

#include "common/io/sockaddr.hpp"

namespace wic::io {
namespace {

constexpr int backlog = 1024;
constexpr int accepts_a_turn = 32;  // then the loop looks after the others
constexpr std::uint64_t pause_ms = 100;

int listen_on(const common::Endpoint& endpoint) {
  sockaddr_storage address{};
  const socklen_t size = common::io::to_sockaddr(endpoint, address);
  const int on = 1;
  const int socket = ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const bool listening = socket >= 0 &&
                         ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                         ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
                         (address.ss_family != AF_INET6 ||
                          ::setsockopt(socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
                         ::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                         ::listen(socket, backlog) == 0;
  if (listening) return socket;
  const std::string cause = std::strerror(errno);
  if (socket >= 0) ::close(socket);
  throw std::runtime_error("cannot listen on " + endpoint.to_string() + ": " + cause);
}

}  // namespace

struct TcpListener::State {
  uv_poll_t poll{};
  uv_timer_t resume{};
  int socket = -1;
  int open_handles = 2;
  OnAccept on_accept;

  void watch() {
    uv_poll_start(&poll, UV_READABLE, [](uv_poll_t* handle, int, int) {
      static_cast<State*>(handle->data)->accept_some();
    });
  }

  void accept_some() {
    for (int count = 0; count < accepts_a_turn; ++count) {
      sockaddr_storage peer{};
      socklen_t size = sizeof peer;
      const int accepted = ::accept4(socket, reinterpret_cast<sockaddr*>(&peer), &size,
                                     SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        const int on = 1;  // an answer must not wait for the peer's delayed acknowledgement
        ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        on_accept(accepted, common::io::from_sockaddr(peer));
      } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        return pause();  // the socket stays readable: without a pause the loop would spin
      } else if (errno != EINTR && errno != ECONNABORTED) {
        return;
      }
    }
  }

  void pause() {
    uv_poll_stop(&poll);
    uv_timer_start(
        &resume, [](uv_timer_t* timer) { static_cast<State*>(timer->data)->watch(); }, pause_ms, 0);
  }

  static void on_handle_closed(uv_handle_t* handle) {
    auto* state = static_cast<State*>(handle->data);
    if (--state->open_handles == 0) delete state;
  }
};

TcpListener::TcpListener(uv_loop_s* loop, const common::Endpoint& address, OnAccept on_accept)
    : state_(nullptr) {
  const int socket = listen_on(address);
  state_ = new State;
  state_->socket = socket;
  state_->on_accept = std::move(on_accept);
  uv_poll_init(loop, &state_->poll, socket);
  uv_timer_init(loop, &state_->resume);
  state_->poll.data = state_;
  state_->resume.data = state_;
  state_->watch();
}

TcpListener::~TcpListener() {
  uv_poll_stop(&state_->poll);
  ::close(state_->socket);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->poll), State::on_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&state_->resume), State::on_handle_closed);
}

common::Endpoint TcpListener::endpoint() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(state_->socket, reinterpret_cast<sockaddr*>(&address), &size);
  return common::io::from_sockaddr(address);
}

}  // namespace wic::io
