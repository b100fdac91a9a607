// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/openssl.hpp"

namespace common::io {

/// A non-blocking TCP connection, with or without TLS. Owns the descriptor.
class SocketStream {
 public:
  enum class Outcome { done, wants_read, wants_write, closed };
  struct Transfer {
    Outcome outcome = Outcome::done;
    std::size_t size = 0;
  };

  /// Plain when `tls` is null.
  SocketStream(int descriptor, SSL_CTX* tls);
  ~SocketStream();
  SocketStream(const SocketStream&) = delete;
  SocketStream& operator=(const SocketStream&) = delete;

  [[nodiscard]] Outcome handshake();
  [[nodiscard]] Transfer read(std::span<char> into);
  [[nodiscard]] Transfer write(std::string_view text);
  /// True when read() has something without the socket becoming readable.
  [[nodiscard]] bool has_pending() const;
  /// Says goodbye: nothing will be written any more.
  void end_writing();

  struct ClientCertificate {
    std::string der;  // empty: none
    bool trusted = false;
  };
  [[nodiscard]] ClientCertificate client_certificate() const;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  [[nodiscard]] Outcome outcome_of(int result) const;

  int descriptor_;
  SslPtr tls_;
  bool established_ = false;
  bool broken_ = false;  // OpenSSL must not be asked to say goodbye then
};

}  // namespace common::io
