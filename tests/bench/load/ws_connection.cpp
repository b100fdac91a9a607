// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/ws_connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace bench {

namespace {
constexpr unsigned text_frame = 1;
constexpr unsigned close_frame = 8;
constexpr unsigned ping_frame = 9;
constexpr unsigned pong_frame = 10;
constexpr std::array<unsigned char, 4> mask{0x5a, 0xa5, 0x3c, 0xc3};

void bind_source(int descriptor, unsigned index) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in source{};
  source.sin_family = AF_INET;
  source.sin_addr.s_addr = htonl(0x7f01'0000U + index % 0xffffU + 1);  // 127.1.0.0/16
  bind(descriptor, reinterpret_cast<const sockaddr*>(&source), sizeof source);
}
}  // namespace

SslContextPtr make_ws_tls_context() {
  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set1_groups_list(context.get(), "X25519");
  return context;
}

WsConnection::WsConnection(EventLoop& loop, const WsTarget& target, unsigned index,
                           Handlers handlers)
    : loop_(loop), target_(target), handlers_(std::move(handlers)) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  bind_source(socket_, index);
  ssl_.reset(SSL_new(target.tls));
  SSL_set_fd(ssl_.get(), socket_);
  SSL_set_tlsext_host_name(ssl_.get(), "localhost");
  SSL_set_connect_state(ssl_.get());
  loop_.watch(socket_, EPOLLIN | EPOLLOUT, *this);
  // Failure of a non-blocking connect shows as an error event.
  const auto* address = reinterpret_cast<const sockaddr*>(&target.address);
  [[maybe_unused]] const int pending = ::connect(socket_, address, sizeof target.address);
}

WsConnection::~WsConnection() {
  if (socket_ < 0) return;
  loop_.forget(socket_);
  ::close(socket_);
}

void WsConnection::send_text(std::string_view text) { send_frame(text_frame, text); }

void WsConnection::on_ready(std::uint32_t events) {
  if (state_ == State::closed) return;
  if (state_ == State::connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return close_with("connection refused");
    if ((events & EPOLLOUT) == 0) return;
    state_ = State::handshaking;
  }
  advance();
}

void WsConnection::advance() {
  if (state_ == State::handshaking) {
    const int result = SSL_do_handshake(ssl_.get());
    if (result != 1) {
      const int error = SSL_get_error(ssl_.get(), result);
      if (error == SSL_ERROR_WANT_READ) return want_write(false);
      if (error == SSL_ERROR_WANT_WRITE) return want_write(true);
      return close_with("TLS handshake failed");
    }
    state_ = State::upgrading;
    send_upgrade();
  }
  flush();
  if (state_ != State::closed) read_some();
}

void WsConnection::send_upgrade() {
  output_ = "GET / HTTP/1.1\r\nHost: " + target_.host +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: " + target_.origin +
            "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n";
}

void WsConnection::read_some() {
  std::array<char, 16384> buffer;
  while (true) {
    const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) {
      const int error = SSL_get_error(ssl_.get(), count);
      if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
      return close_with("connection closed by the gateway");
    }
    input_.append(buffer.data(), static_cast<std::size_t>(count));
    consume();
    if (state_ == State::closed) return;
  }
}

void WsConnection::consume() {
  if (state_ == State::upgrading && !consume_upgrade()) return;
  while (state_ == State::open && consume_frame()) {
  }
  if (input_.empty()) input_.shrink_to_fit();
}

bool WsConnection::consume_upgrade() {
  const auto end = input_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  if (!input_.starts_with("HTTP/1.1 101")) {
    close_with("upgrade refused: " + input_.substr(0, input_.find('\r')));
    return false;
  }
  input_.erase(0, end + 4);
  state_ = State::open;
  handlers_.opened();
  return true;
}

bool WsConnection::consume_frame() {
  const auto at = [this](std::size_t i) { return static_cast<unsigned char>(input_[i]); };
  if (input_.size() < 2) return false;
  std::size_t size = at(1) & 0x7fU;
  std::size_t header = 2;
  if (size == 126) {
    if (input_.size() < 4) return false;
    size = (std::size_t{at(2)} << 8) | at(3);
    header = 4;
  } else if (size == 127) {
    close_with("frame too long");
    return false;
  }
  if (input_.size() < header + size) return false;
  const bool last = (at(0) & 0x80U) != 0;
  const unsigned opcode = at(0) & 0x0fU;
  const std::string payload = input_.substr(header, size);
  input_.erase(0, header + size);
  if (opcode == ping_frame) {
    send_frame(pong_frame, payload);
  } else if (opcode == close_frame) {
    close_with("closed by the gateway");
    return false;
  } else if (opcode < close_frame) {
    fragments_ += payload;
    if (last) handlers_.message(std::exchange(fragments_, {}));
  }
  return state_ == State::open;
}

void WsConnection::send_frame(unsigned opcode, std::string_view payload) {
  if (state_ != State::open) return;
  const std::size_t size = payload.size();
  output_.push_back(static_cast<char>(0x80U | opcode));
  if (size < 126) {
    output_.push_back(static_cast<char>(0x80U | size));
  } else {
    output_.push_back(static_cast<char>(0x80U | 126U));
    output_.push_back(static_cast<char>(size >> 8));
    output_.push_back(static_cast<char>(size & 0xffU));
  }
  output_.append(reinterpret_cast<const char*>(mask.data()), mask.size());
  for (std::size_t i = 0; i < size; ++i)
    output_.push_back(static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]));
  flush();
}

void WsConnection::flush() {
  while (!output_.empty()) {
    const int count = SSL_write(ssl_.get(), output_.data(), static_cast<int>(output_.size()));
    if (count <= 0) {
      const int error = SSL_get_error(ssl_.get(), count);
      if (error == SSL_ERROR_WANT_WRITE) return want_write(true);
      if (error == SSL_ERROR_WANT_READ) return;
      return close_with("write failed");
    }
    output_.erase(0, static_cast<std::size_t>(count));
  }
  output_.shrink_to_fit();
  want_write(false);
}

void WsConnection::want_write(bool wanted) {
  if (writing_ == wanted || socket_ < 0) return;
  writing_ = wanted;
  loop_.change(socket_, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
}

void WsConnection::close_with(std::string_view reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  loop_.forget(socket_);
  ::close(socket_);
  socket_ = -1;
  if (handlers_.closed) handlers_.closed(reason);
}

}  // namespace bench
