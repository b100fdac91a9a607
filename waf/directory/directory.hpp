// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "waf/federation/mapping.hpp"

namespace waf::directory {

/// An LDAP or Active Directory service whose users log in at our page: [[directories]].
struct Directory {
  std::string name;               // in the store and in logs
  std::vector<std::string> uris;  // tried in order; ldaps://, or ldap:// with StartTLS
  std::optional<std::filesystem::path> ca_file;
  std::string bind_dn;        // service account; empty: anonymous search
  std::string bind_password;  // secret
  std::string base_dn;
  std::string filter;  // "(&(objectClass=person)(uid={user}))"
  /// "corp.example" for names typed as user@corp.example, "CORP" for CORP\user. Empty: every name
  /// that is no local user's.
  std::vector<std::string> realms;
  std::string key_attribute = "entryUUID";  // stable; objectGUID at Active Directory
  std::string group_base_dn;                // empty: memberOf only
  std::string group_filter;                 // "(member={dn})"
  std::string group_name = "cn";            // attribute, or first RDN of memberOf values
  bool jit = true;
  federation::Mapping mapping;  // `groups` is the claim with the groups' names
  std::chrono::milliseconds connect_timeout{3000};
  std::chrono::milliseconds operation_timeout{5000};
  std::chrono::seconds retry{10};  // a server that failed is not asked for so long
};

/// A name and password for a directory to judge. Waits for the network: never on the logic thread.
struct DirectoryLogin {
  std::string directory;
  std::string user_name;  // without the realm
  std::string password;   // secret
};

/// Why not, for the log only: the user reads one text for all refusals.
enum class Refusal {
  none,
  no_such_user,
  several_users,
  wrong_password,
  not_now,  // Active Directory's time and workstation limits
  expired,  // password has expired or must be changed first
  account_disabled,
  account_expired,
  locked,
};

struct DirectoryVerdict {
  enum class Outcome {
    accepted,
    refused,
    unavailable,  // no server answers as it should: says nothing about the password
    overloaded,   // our own queue is full
  };
  Outcome outcome = Outcome::unavailable;
  Refusal refusal = Refusal::none;
  std::string key;            // stable key of the entry
  federation::Claims claims;  // attributes; "dn" and "groups" among them
};

/// "ldap:NAME", where an OpenID provider's accounts have its issuer.
[[nodiscard]] inline std::string issuer_of(const std::string& directory) {
  return "ldap:" + directory;
}

}  // namespace waf::directory
