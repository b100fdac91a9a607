// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/https_connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>

#include <strings.h>

namespace bench {
namespace {

constexpr std::size_t not_known = std::string::npos;

/// The value of Content-Length, or not_known for a chunked body.
std::size_t body_size(std::string_view header) {
  constexpr std::string_view name = "\r\ncontent-length:";
  for (std::size_t at = header.find("\r\n"); at + name.size() < header.size();
       at = header.find("\r\n", at + 2)) {
    if (::strncasecmp(header.data() + at, name.data(), name.size()) != 0) continue;
    std::string_view value = header.substr(at + name.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    std::size_t out = 0;
    std::from_chars(value.data(), value.data() + value.size(), out);
    return out;
  }
  return not_known;
}

}  // namespace

HttpsConnection::HttpsConnection(const common::Endpoint& server, SSL_CTX* context)
    : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), tls_(SSL_new(context)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  ::inet_pton(AF_INET, server.address.to_string().c_str(), &address.sin_addr);
  const int on = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("cannot connect to " + server.to_string());
  }
  SSL_set_fd(tls_.get(), descriptor_);
  if (SSL_connect(tls_.get()) != 1) {
    throw std::runtime_error("TLS handshake: " + common::openssl_error());
  }
  ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);
}

HttpsConnection::~HttpsConnection() {
  tls_.reset();
  ::close(descriptor_);
}

void HttpsConnection::send(std::string_view request,
                           std::chrono::steady_clock::time_point scheduled) {
  answer_.clear();
  header_size_ = 0;
  busy_ = true;
  scheduled_ = scheduled;
  if (SSL_write(tls_.get(), request.data(), static_cast<int>(request.size())) <= 0) {
    throw std::runtime_error("a request could not be sent");
  }
}

bool HttpsConnection::receive() {
  std::array<char, 16 * 1024> chunk;  // filled by SSL_read
  do {
    const int size = SSL_read(tls_.get(), chunk.data(), chunk.size());
    if (size <= 0) {
      if (SSL_get_error(tls_.get(), size) == SSL_ERROR_WANT_READ) return false;
      throw std::runtime_error("the server closed a connection");
    }
    answer_.append(chunk.data(), static_cast<std::size_t>(size));
  } while (SSL_has_pending(tls_.get()) == 1);
  if (header_size_ == 0) {
    const std::size_t end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    header_size_ = end + 4;
  }
  const std::size_t size = body_size(std::string_view(answer_).substr(0, header_size_ - 2));
  const bool whole =
      size == not_known ? answer_.ends_with("0\r\n\r\n") : answer_.size() >= header_size_ + size;
  busy_ = busy_ && !whole;
  return whole;
}

int HttpsConnection::status() const {
  int out = 0;
  if (answer_.size() > 12) std::from_chars(answer_.data() + 9, answer_.data() + 12, out);
  return out;
}

std::string_view HttpsConnection::body() const {
  return std::string_view(answer_).substr(header_size_);
}

}  // namespace bench
