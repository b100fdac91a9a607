// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "waf/directory/directory.hpp"
#include "waf/directory/entry.hpp"
#include "waf/io/ldap_connection.hpp"

namespace waf::io {

/// One directory: search by the service account, then bind as the found user on a connection of its
/// own (token-auth 5.2). Keeps idle connections of the service account; a server that failed is
/// left alone for a while. Several threads may call at once.
class DirectoryClient {
 public:
  explicit DirectoryClient(directory::Directory directory) : directory_(std::move(directory)) {
    rests_until_.resize(directory_.uris.size());
  }

  [[nodiscard]] const directory::Directory& settings() const { return directory_; }
  /// Waits for the network.
  [[nodiscard]] directory::DirectoryVerdict check(const directory::DirectoryLogin& login);

 private:
  using Clock = std::chrono::steady_clock;
  /// A connection that is bound as the service account.
  struct Service {
    std::unique_ptr<LdapConnection> connection;
    std::size_t server = 0;  // of directory_.uris
    bool reused = false;
  };

  [[nodiscard]] std::optional<Service> take();
  [[nodiscard]] std::optional<Service> open(std::size_t server);
  void give_back(Service service);
  void note_failure(std::size_t server, const LdapConnection::Outcome& outcome,
                    const std::string& what);
  [[nodiscard]] bool rests(std::size_t server);
  /// The user's entries with the connection that found them; nothing when no server answers.
  [[nodiscard]] std::optional<Service> find(const std::string& user_name,
                                            std::vector<directory::Entry>& found);
  [[nodiscard]] std::optional<std::vector<directory::Entry>> groups_of(Service& service,
                                                                       const std::string& dn);
  [[nodiscard]] directory::DirectoryVerdict bind_as(Service& service, const directory::Entry& entry,
                                                    const std::string& password);

  directory::Directory directory_;
  std::mutex mutex_;  // guards what follows
  std::vector<Service> idle_;
  std::vector<Clock::time_point> rests_until_;
};

}  // namespace waf::io
