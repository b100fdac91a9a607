// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "waf/store/device_store.hpp"
#include "waf/store/federation_store.hpp"
#include "waf/store/records.hpp"

namespace waf {

/// The store's engine failed (disk full, connection lost). No user's mistake, hence no Result: the
/// edge answers 503 and nothing of the transaction stays.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Users, clients and everything that must outlive a request. Each call is atomic and durable when
/// it returns, unless it is part of atomically().
class Store : public DeviceStore, public FederationStore {
 public:
  /// Runs `work` as one transaction: all of it is durable afterwards, or, when it throws, none.
  virtual void atomically(const std::function<void()>& work) = 0;

  [[nodiscard]] virtual std::optional<User> find_user(std::string_view id) = 0;
  [[nodiscard]] virtual std::optional<User> find_user_by_name(std::string_view name) = 0;
  [[nodiscard]] virtual std::vector<User> users() = 0;
  /// At most `most` in the order of their names, those after `name`.
  [[nodiscard]] virtual std::vector<User> users_after(std::string_view name, std::size_t most) = 0;
  virtual void put_user(const User& user) = 0;  // by id

  [[nodiscard]] virtual std::optional<Client> find_client(std::string_view id) = 0;
  [[nodiscard]] virtual std::vector<Client> clients() = 0;
  virtual void put_client(const Client& client) = 0;
  virtual void remove_client(std::string_view id) = 0;
  /// Differs from what it was when any client may have changed: what a cache of clients asks. Costs
  /// no statement.
  [[nodiscard]] virtual std::uint64_t client_changes() const = 0;
  /// Looks whether other processes wrote; to be called now and then.
  virtual void notice_foreign_changes() = 0;

  [[nodiscard]] virtual std::optional<Session> find_session(std::string_view digest) = 0;
  [[nodiscard]] virtual std::vector<Session> sessions_of_user(std::string_view user_id) = 0;
  /// Those of one sid: at most one is live.
  [[nodiscard]] virtual std::vector<Session> sessions_named(std::string_view sid) = 0;
  /// Sessions a provider vouched for, narrowed by its own session id and subject unless empty.
  [[nodiscard]] virtual std::vector<Session> sessions_of_provider(
      std::string_view provider, std::string_view upstream_sid,
      std::string_view upstream_subject) = 0;
  virtual void put_session(const Session& session) = 0;
  virtual void touch_session(std::string_view digest, SystemTime last_seen) = 0;
  virtual void remove_session(std::string_view digest) = 0;
  virtual void remove_sessions_of_user(std::string_view user_id) = 0;

  [[nodiscard]] virtual std::optional<Code> find_code(std::string_view digest) = 0;
  virtual void put_code(const Code& code) = 0;
  /// True for the one caller that turned the code from unused to used.
  [[nodiscard]] virtual bool consume_code(std::string_view digest) = 0;

  [[nodiscard]] virtual std::optional<Grant> find_grant(std::string_view id) = 0;
  /// Not those that were revoked.
  [[nodiscard]] virtual std::vector<Grant> grants_of_session(std::string_view sid) = 0;
  [[nodiscard]] virtual std::vector<Grant> grants_of_user(std::string_view user_id) = 0;
  virtual void put_grant(const Grant& grant) = 0;
  virtual void revoke_grant(std::string_view id) = 0;
  /// Returns those that were not revoked before.
  [[nodiscard]] virtual std::vector<std::string> revoke_grants_of_client(
      std::string_view client_id) = 0;
  virtual void revoke_grants_of_session(std::string_view sid) = 0;
  virtual void revoke_grants_of_user(std::string_view user_id) = 0;

  [[nodiscard]] virtual std::optional<RefreshToken> find_refresh_token(std::string_view digest) = 0;
  virtual void put_refresh_token(const RefreshToken& token) = 0;
  /// True for the one caller that rotated the token.
  [[nodiscard]] virtual bool rotate_refresh_token(std::string_view digest,
                                                  const RefreshToken& successor,
                                                  SystemTime now) = 0;

  virtual void put_revocation(const Revocation& revocation) = 0;
  /// Revocations of every process in the order in which they were made, from the one after
  /// `sequence` on. Those past their end are swept away.
  [[nodiscard]] virtual std::vector<RevocationEvent> events_after(std::int64_t sequence,
                                                                  std::size_t limit) = 0;
  /// The newest one's number, also when it is swept away; numbers are never used twice.
  [[nodiscard]] virtual std::int64_t last_event() = 0;
  /// When it was revoked, if it was.
  [[nodiscard]] virtual std::optional<SystemTime> revoked_at(Revocation::Type type,
                                                             std::string_view id) = 0;

  /// The claims of an opaque access token by its digest.
  virtual void put_opaque_token(const OpaqueToken& token) = 0;
  [[nodiscard]] virtual std::optional<OpaqueToken> find_opaque_token(std::string_view digest) = 0;

  /// A free one of the numbers `first` to `last`, leased from now on: nothing when there is none.
  [[nodiscard]] virtual std::optional<std::int64_t> lease_pool_identity(const PoolLease& lease,
                                                                        std::int64_t first,
                                                                        std::int64_t last,
                                                                        SystemTime now) = 0;
  [[nodiscard]] virtual std::optional<PoolLease> find_pool_lease(std::string_view grant_id) = 0;
  virtual void extend_pool_lease(std::string_view grant_id, SystemTime expires_at,
                                 SystemTime free_at) = 0;
  /// Ends the leases of all grants that were revoked; their quarantine begins.
  virtual void release_pool_leases(SystemTime now) = 0;
  [[nodiscard]] virtual PoolUse pool_use(std::string_view pool, SystemTime now) = 0;

  virtual void put_initial_token(const InitialToken& token) = 0;
  /// True when the token was good for one more use at `now`, which is taken.
  [[nodiscard]] virtual bool use_initial_token(std::string_view digest, SystemTime now) = 0;
  [[nodiscard]] virtual std::optional<Consent> find_consent(std::string_view user_id,
                                                            std::string_view client_id) = 0;
  [[nodiscard]] virtual std::vector<Consent> consents_of_user(std::string_view user_id) = 0;
  virtual void put_consent(const Consent& consent) = 0;
  virtual void remove_consent(std::string_view user_id, std::string_view client_id) = 0;

  [[nodiscard]] virtual std::optional<Totp> find_totp(std::string_view user_id) = 0;
  virtual void put_totp(const Totp& totp) = 0;
  /// True for the one caller that moved the last accepted step forward to `step`.
  [[nodiscard]] virtual bool advance_totp(std::string_view user_id, std::int64_t step) = 0;
  virtual void remove_totp(std::string_view user_id) = 0;
  /// Replaces all of the user's codes.
  virtual void put_recovery_codes(std::string_view user_id,
                                  const std::vector<std::string>& digests) = 0;
  [[nodiscard]] virtual std::size_t recovery_codes_left(std::string_view user_id) = 0;
  /// True for the one caller that spent the code.
  [[nodiscard]] virtual bool spend_recovery_code(std::string_view user_id,
                                                 std::string_view digest) = 0;

  [[nodiscard]] virtual std::optional<Passkey> find_passkey(std::string_view id) = 0;
  [[nodiscard]] virtual std::vector<Passkey> passkeys_of_user(std::string_view user_id) = 0;
  virtual void put_passkey(const Passkey& passkey) = 0;
  virtual void remove_passkey(std::string_view user_id, std::string_view id) = 0;

  [[nodiscard]] virtual LoginFailures login_failures(std::string_view account) = 0;
  virtual void put_login_failures(std::string_view account, const LoginFailures& failures) = 0;
  virtual void clear_login_failures(std::string_view account) = 0;

  [[nodiscard]] virtual std::vector<KeyRecord> keys() = 0;
  virtual void put_key(const KeyRecord& key) = 0;

  /// A value made once for the whole deployment, such as the key of our form tokens: returns the
  /// stored one, or stores and returns `fresh`.
  [[nodiscard]] virtual std::string shared_secret(std::string_view name,
                                                  const std::string& fresh) = 0;

  /// Removes at most `limit` rows of each kind that are past their end; returns how many.
  virtual std::size_t sweep(SystemTime now, std::size_t limit) = 0;
};

}  // namespace waf
