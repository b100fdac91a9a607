// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <ldap.h>

namespace waf::io {

/// Makes every read of a connection end at a deadline. The library's own time-outs leave out the
/// TLS handshake with GnuTLS: a server that accepts the connection and then says nothing would hold
/// the thread for good. Lives longer than the handle that it is attached to.
class LdapDeadline {
 public:
  LdapDeadline();
  LdapDeadline(const LdapDeadline&) = delete;
  LdapDeadline& operator=(const LdapDeadline&) = delete;

  /// LDAP's result code.
  [[nodiscard]] int attach(LDAP* handle);
  /// For what is done next.
  void set(std::chrono::milliseconds from_now);
  /// Milliseconds left, at least 0.
  [[nodiscard]] int left() const;

 private:
  ldap_conncb callbacks_{};
  std::chrono::steady_clock::time_point at_;
};

}  // namespace waf::io
