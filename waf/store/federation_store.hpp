// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time.hpp"

namespace waf {

/// A user as somebody else names him: an OpenID provider's (iss, sub), or a directory's stable key
/// under "ldap:NAME". Never an e-mail address.
struct LinkedIdentity {
  std::string issuer;
  std::string subject;
  std::string user_id;
  common::SystemTime created_at{};
  common::SystemTime last_login{};
};

/// A login that went to a provider and has not come back. Bound to one browser and one provider.
struct UpstreamLoginRecord {
  std::string state_digest;
  std::string provider;
  std::string browser_digest;  // of the pre-login cookie
  std::string nonce;
  std::string verifier;
  std::string continuation;   // where the login leads, as JSON
  std::int64_t max_age = -1;  // asked of the provider; -1: nothing was
  bool must_log_in = false;   // the same of prompt=login
  common::SystemTime started_at{};
  common::SystemTime expires_at{};
};

/// A logout token that a client is still to be told (OpenID Connect Back-Channel Logout 1.0 2.5).
struct LogoutDelivery {
  std::string id;  // becomes the token's jti
  std::string client_id;
  std::string user_id;
  std::string sid;  // empty: all sessions of the user
  std::int64_t attempts = 0;
  common::SystemTime next_attempt{};
  common::SystemTime expires_at{};
};

/// The part of the store for logins by other parties' word, and for telling clients of logouts.
class FederationStore {
 public:
  virtual ~FederationStore() = default;

  [[nodiscard]] virtual std::optional<LinkedIdentity> find_identity(std::string_view issuer,
                                                                    std::string_view subject) = 0;
  [[nodiscard]] virtual std::vector<LinkedIdentity> identities_of_user(
      std::string_view user_id) = 0;
  virtual void put_identity(const LinkedIdentity& identity) = 0;
  virtual void remove_identity(std::string_view issuer, std::string_view subject) = 0;

  /// The user who has this IMPI or IMPU.
  [[nodiscard]] virtual std::optional<std::string> owner_of(std::string_view identity) = 0;

  virtual void put_upstream_login(const UpstreamLoginRecord& login) = 0;
  /// Gone with this call: for the one caller who gets it.
  [[nodiscard]] virtual std::optional<UpstreamLoginRecord> take_upstream_login(
      std::string_view state_digest) = 0;
  [[nodiscard]] virtual std::size_t upstream_logins() = 0;

  /// True for the first caller with this id of this kind before `expires_at`: a replay cache.
  [[nodiscard]] virtual bool note_once(std::string_view kind, std::string_view id,
                                       common::SystemTime expires_at) = 0;

  virtual void put_logout_delivery(const LogoutDelivery& delivery) = 0;  // by id
  [[nodiscard]] virtual std::vector<LogoutDelivery> due_logout_deliveries(common::SystemTime now,
                                                                          std::size_t most) = 0;
  virtual void remove_logout_delivery(std::string_view id) = 0;
  [[nodiscard]] virtual std::size_t logout_deliveries() = 0;
};

}  // namespace waf
