// SPDX-License-Identifier: Apache-2.0
#include "common/io/socket_stream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include <openssl/err.h>

namespace common::io {
namespace {

int to_int(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

SocketStream::Outcome outcome_of_errno(SocketStream::Outcome when_blocked) {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? when_blocked
                                                                   : SocketStream::Outcome::closed;
}

}  // namespace

SocketStream::SocketStream(int descriptor, SSL_CTX* tls) : descriptor_(descriptor) {
  if (tls == nullptr) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), descriptor);
  SSL_set_accept_state(tls_.get());
}

SocketStream::~SocketStream() {
  tls_.reset();
  ::close(descriptor_);
}

SocketStream::Outcome SocketStream::outcome_of(int result) const {
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Outcome::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Outcome::wants_write;
    default:
      return Outcome::closed;
  }
}

SocketStream::Outcome SocketStream::handshake() {
  if (!tls_) return Outcome::done;
  ERR_clear_error();
  const int result = SSL_do_handshake(tls_.get());
  if (result == 1) {
    established_ = true;
    return Outcome::done;
  }
  const Outcome outcome = outcome_of(result);
  broken_ = outcome == Outcome::closed;
  return outcome;
}

SocketStream::Transfer SocketStream::read(std::span<char> into) {
  if (!tls_) {
    const ssize_t size = ::recv(descriptor_, into.data(), into.size(), 0);
    if (size > 0) return {Outcome::done, static_cast<std::size_t>(size)};
    if (size == 0) return {Outcome::closed, 0};
    return {outcome_of_errno(Outcome::wants_read), 0};
  }
  ERR_clear_error();
  const int size = SSL_read(tls_.get(), into.data(), to_int(into.size()));
  if (size > 0) return {Outcome::done, static_cast<std::size_t>(size)};
  const Outcome outcome = outcome_of(size);
  broken_ = broken_ || (outcome == Outcome::closed &&
                        SSL_get_error(tls_.get(), size) != SSL_ERROR_ZERO_RETURN);
  return {outcome, 0};
}

SocketStream::Transfer SocketStream::write(std::string_view text) {
  if (!tls_) {
    const ssize_t size = ::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);
    if (size >= 0) return {Outcome::done, static_cast<std::size_t>(size)};
    return {outcome_of_errno(Outcome::wants_write), 0};
  }
  ERR_clear_error();
  const int size = SSL_write(tls_.get(), text.data(), to_int(text.size()));
  if (size > 0) return {Outcome::done, static_cast<std::size_t>(size)};
  const Outcome outcome = outcome_of(size);
  broken_ = broken_ || outcome == Outcome::closed;
  return {outcome, 0};
}

bool SocketStream::has_pending() const { return tls_ && SSL_has_pending(tls_.get()) == 1; }

void SocketStream::end_writing() {
  if (established_ && !broken_) {
    ERR_clear_error();
    SSL_shutdown(tls_.get());
  }
  ::shutdown(descriptor_, SHUT_WR);
}

SocketStream::ClientCertificate SocketStream::client_certificate() const {
  ClientCertificate out;
  if (!tls_) return out;
  const X509* certificate = SSL_get0_peer_certificate(tls_.get());
  if (certificate == nullptr) return out;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size > 0) out.der.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  out.trusted = SSL_get_verify_result(tls_.get()) == X509_V_OK;
  return out;
}

}  // namespace common::io
