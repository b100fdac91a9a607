// SPDX-License-Identifier: Apache-2.0
#include "waf/io/ldap_deadline.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace waf::io {
namespace {

// Between the socket and TLS.
constexpr int level = LBER_SBIOD_LEVEL_PROVIDER + 5;

int on_setup(Sockbuf_IO_Desc* io, void* deadline) {
  io->sbiod_pvt = deadline;
  return 0;
}

int on_remove(Sockbuf_IO_Desc* /*io*/) { return 0; }

int on_control(Sockbuf_IO_Desc* io, int option, void* argument) {
  return LBER_SBIOD_CTRL_NEXT(io, option, argument);
}

ber_slen_t on_read(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  pollfd socket{};
  socket.events = POLLIN;
  ber_sockbuf_ctrl(io->sbiod_sb, LBER_SB_OPT_GET_FD, &socket.fd);
  const auto& deadline = *static_cast<const LdapDeadline*>(io->sbiod_pvt);
  if (::poll(&socket, 1, deadline.left()) == 0) {
    errno = ETIMEDOUT;
    return -1;
  }
  return LBER_SBIOD_READ_NEXT(io, buffer, size);
}

ber_slen_t on_write(Sockbuf_IO_Desc* io, void* buffer, ber_len_t size) {
  return LBER_SBIOD_WRITE_NEXT(io, buffer, size);
}

int on_close(Sockbuf_IO_Desc* /*io*/) { return 0; }

// The library takes it without const, and does not write to it.
Sockbuf_IO layer = {on_setup, on_remove, on_control, on_read, on_write, on_close};

int on_connected(LDAP* /*handle*/, Sockbuf* socket, LDAPURLDesc* /*server*/, sockaddr* /*address*/,
                 ldap_conncb* callbacks) {
  return ber_sockbuf_add_io(socket, &layer, level, callbacks->lc_arg);
}

void on_closing(LDAP* /*handle*/, Sockbuf* /*socket*/, ldap_conncb* /*callbacks*/) {}

}  // namespace

LdapDeadline::LdapDeadline() : at_(std::chrono::steady_clock::now()) {
  callbacks_.lc_add = on_connected;
  callbacks_.lc_del = on_closing;
  callbacks_.lc_arg = this;
}

int LdapDeadline::attach(LDAP* handle) {
  return ldap_set_option(handle, LDAP_OPT_CONNECT_CB, &callbacks_);
}

void LdapDeadline::set(std::chrono::milliseconds from_now) {
  at_ = std::chrono::steady_clock::now() + from_now;
}

int LdapDeadline::left() const {
  const auto time =
      std::chrono::duration_cast<std::chrono::milliseconds>(at_ - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<long long>(time.count(), 0));
}

}  // namespace waf::io
