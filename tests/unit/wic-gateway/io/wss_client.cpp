// SPDX-License-Identifier: Apache-2.0
#include "io/wss_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::array<char, 4> mask{0x11, 0x22, 0x33, 0x44};

int connect_to(const common::Endpoint& server) {
  const bool v6 = server.address.is_v6();
  const int socket = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
  int result = -1;
  if (v6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(server.port);
    std::memcpy(&address.sin6_addr, server.address.octets.data(), 16);
    result = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port);
    std::memcpy(&address.sin_addr, server.address.octets.data(), 4);
    result = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  if (result != 0) throw std::runtime_error("cannot connect to " + server.to_string());
  return socket;
}

}  // namespace

int WssClient::Frame::close_code() const {
  if (opcode != 8 || payload.size() < 2) return 0;
  return static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]);
}

WssClient::WssClient(const common::Endpoint& server, const Options& options)
    : socket_(connect_to(server)) {
  timeval limit{5, 0};
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (!options.plain) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (options.max_tls != 0) {
      SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context_.get(), options.max_tls);
      SSL_CTX_set_security_level(context_.get(), 0);
    }
    if (options.ciphers != nullptr) SSL_CTX_set_cipher_list(context_.get(), options.ciphers);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_tlsext_host_name(ssl_.get(), "localhost");
    if (SSL_connect(ssl_.get()) != 1) {
      ended_ = true;
      return;
    }
  }
  std::string request =
      "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n";
  if (!options.version.empty()) request += "Sec-WebSocket-Version: " + options.version + "\r\n";
  if (!options.origin.empty()) request += "Origin: " + options.origin + "\r\n";
  if (!options.protocol.empty()) request += "Sec-WebSocket-Protocol: " + options.protocol + "\r\n";
  send_raw(request + "\r\n");
  const auto until = Clock::now() + std::chrono::seconds(5);
  while (buffer_.find("\r\n\r\n") == std::string::npos) {
    if (!fill(buffer_.size() + 1, until)) return;
  }
  const auto end = buffer_.find("\r\n\r\n") + 4;
  answer_ = buffer_.substr(0, end);
  buffer_.erase(0, end);
  status_ = std::atoi(answer_.c_str() + answer_.find(' '));
}

WssClient::~WssClient() {
  if (ssl_ != nullptr && !ended_) SSL_shutdown(ssl_.get());
  ::close(socket_);
}

void WssClient::send_frame(int opcode, std::string_view payload, bool final) {
  std::string frame;
  frame += static_cast<char>((final ? 0x80 : 0) | opcode);
  if (payload.size() < 126) {
    frame += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65'536) {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size());
  } else {
    frame += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) {
      frame += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift);
    }
  }
  frame.append(mask.data(), mask.size());
  for (std::size_t at = 0; at < payload.size(); ++at) {
    frame += static_cast<char>(payload[at] ^ mask[at % 4]);
  }
  send_raw(frame);
}

void WssClient::send_raw(std::string_view bytes) {
  while (!bytes.empty() && !ended_) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 16'384));
    const auto sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), size)
                           : static_cast<int>(::send(socket_, bytes.data(),
                                                     static_cast<std::size_t>(size), MSG_NOSIGNAL));
    if (sent <= 0) {
      ended_ = true;
      return;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

int WssClient::read_some(char* out, int size) {
  return ssl_ ? SSL_read(ssl_.get(), out, size)
              : static_cast<int>(::recv(socket_, out, static_cast<std::size_t>(size), 0));
}

bool WssClient::fill(std::size_t size, Clock::time_point until) {
  while (buffer_.size() < size) {
    if (ended_) return false;
    if (ssl_ == nullptr || SSL_pending(ssl_.get()) == 0) {
      pollfd waiting{socket_, POLLIN, 0};
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
    }
    std::array<char, 16'384> piece{};
    const int read = read_some(piece.data(), static_cast<int>(piece.size()));
    if (read <= 0) {
      ended_ = true;
      return false;
    }
    buffer_.append(piece.data(), static_cast<std::size_t>(read));
  }
  return true;
}

std::optional<WssClient::Frame> WssClient::receive(std::chrono::milliseconds wait) {
  const auto until = Clock::now() + wait;
  if (!fill(2, until)) return std::nullopt;
  std::size_t head = 2;
  std::size_t length = static_cast<unsigned char>(buffer_[1]) & 0x7f;
  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (!fill(head + extended, until)) return std::nullopt;
  if (extended != 0) length = 0;
  for (std::size_t at = 0; at < extended; ++at) {
    length = length << 8 | static_cast<unsigned char>(buffer_[head + at]);
  }
  head += extended;
  if (!fill(head + length, until)) return std::nullopt;
  Frame frame{static_cast<unsigned char>(buffer_[0]) & 0x0f, (buffer_[0] & 0x80) != 0,
              buffer_.substr(head, length)};
  buffer_.erase(0, head + length);
  return frame;
}

std::optional<std::string> WssClient::receive_message(std::chrono::milliseconds wait) {
  const auto until = Clock::now() + wait;
  std::string message;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    auto frame = receive(left);
    if (!frame || frame->opcode == 8) return std::nullopt;
    if (frame->opcode == 9) send_frame(10, frame->payload);
    if (frame->opcode > 2) continue;
    message += frame->payload;
    if (frame->final) return message;
  }
}

bool WssClient::wait_closed(std::chrono::milliseconds wait) {
  const auto until = Clock::now() + wait;
  while (fill(buffer_.size() + 1, until)) buffer_.clear();
  return ended_;
}

}  // namespace test
