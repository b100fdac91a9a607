// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/openssl.hpp"
#include "waf/directory/directory.hpp"
#include "waf/directory/entry.hpp"

struct ldap;

namespace waf::io {

class LdapDeadline;

/// One connection to one server of a directory. Nothing is sent on it before TLS with certificate
/// and host name verified. Waits for the network, each step bounded; one thread at a time.
class LdapConnection {
 public:
  /// LDAP's result code, negative for the library's own; text for the log.
  struct Outcome {
    int code = 0;
    std::string diagnostic;
    [[nodiscard]] bool ok() const { return code == 0; }
  };
  struct Search {
    std::string base;
    std::string filter;
    std::vector<std::string> attributes;
    int size_limit = 0;
  };

  /// `outcome` says whether the connection can be used.
  LdapConnection(const directory::Directory& directory, const std::string& uri, Outcome& outcome);
  ~LdapConnection();
  LdapConnection(const LdapConnection&) = delete;
  LdapConnection& operator=(const LdapConnection&) = delete;

  /// Simple bind. The caller has refused empty passwords: with one, RFC 4513 5.1.2 succeeds for
  /// anybody.
  [[nodiscard]] Outcome bind(const std::string& dn, const std::string& password);
  /// Also ok when the size limit cut the list short.
  [[nodiscard]] Outcome search(const Search& search, std::vector<directory::Entry>& found);

 private:
  [[nodiscard]] Outcome prepare(const std::string& uri);
  [[nodiscard]] Outcome outcome_of(int code) const;

  const directory::Directory& directory_;
  std::unique_ptr<LdapDeadline> deadline_;
  struct ldap* handle_ = nullptr;
};

}  // namespace waf::io
