// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "waf/io/record_cache.hpp"
#include "waf/io/sqlite.hpp"
#include "waf/store/store.hpp"

namespace waf::io {

/// The store of one machine: a SQLite file in WAL mode. Belongs to one thread; other processes
/// (the command line) may use the same file at the same time.
class SqliteStore final : public Store {
 public:
  /// Throws StoreError when the file cannot be opened or was written by a newer version.
  explicit SqliteStore(const std::filesystem::path& file, bool full_sync = true);

  void atomically(const std::function<void()>& work) override;

  /// Group commit: what is done until end_batch() becomes durable there, all at once, though each
  /// atomically() fails for itself. Users and clients are read from memory meanwhile, unless
  /// another process has written since the last batch.
  void begin_batch();
  /// Throws StoreError when nothing of the batch stayed.
  void end_batch();
  void abandon_batch() noexcept;

  [[nodiscard]] std::optional<User> find_user(std::string_view id) override;
  [[nodiscard]] std::optional<User> find_user_by_name(std::string_view name) override;
  [[nodiscard]] std::vector<User> users() override;
  [[nodiscard]] std::vector<User> users_after(std::string_view name, std::size_t most) override;
  void put_user(const User& user) override;

  [[nodiscard]] std::optional<Client> find_client(std::string_view id) override;
  [[nodiscard]] std::vector<Client> clients() override;
  void put_client(const Client& client) override;
  void remove_client(std::string_view id) override;
  [[nodiscard]] std::uint64_t client_changes() const override;
  void notice_foreign_changes() override;

  [[nodiscard]] std::optional<Session> find_session(std::string_view digest) override;
  [[nodiscard]] std::vector<Session> sessions_of_user(std::string_view user_id) override;
  [[nodiscard]] std::vector<Session> sessions_named(std::string_view sid) override;
  [[nodiscard]] std::vector<Session> sessions_of_provider(
      std::string_view provider, std::string_view upstream_sid,
      std::string_view upstream_subject) override;
  void put_session(const Session& session) override;
  void touch_session(std::string_view digest, SystemTime last_seen) override;
  void remove_session(std::string_view digest) override;
  void remove_sessions_of_user(std::string_view user_id) override;

  [[nodiscard]] std::optional<Code> find_code(std::string_view digest) override;
  void put_code(const Code& code) override;
  [[nodiscard]] bool consume_code(std::string_view digest) override;

  [[nodiscard]] std::optional<Grant> find_grant(std::string_view id) override;
  [[nodiscard]] std::vector<Grant> grants_of_session(std::string_view sid) override;
  [[nodiscard]] std::vector<Grant> grants_of_user(std::string_view user_id) override;
  void put_grant(const Grant& grant) override;
  void revoke_grant(std::string_view id) override;
  [[nodiscard]] std::vector<std::string> revoke_grants_of_client(
      std::string_view client_id) override;
  void revoke_grants_of_session(std::string_view sid) override;
  void revoke_grants_of_user(std::string_view user_id) override;

  [[nodiscard]] std::optional<RefreshToken> find_refresh_token(std::string_view digest) override;
  void put_refresh_token(const RefreshToken& token) override;
  [[nodiscard]] bool rotate_refresh_token(std::string_view digest, const RefreshToken& successor,
                                          SystemTime now) override;

  void put_revocation(const Revocation& revocation) override;
  [[nodiscard]] std::vector<RevocationEvent> events_after(std::int64_t sequence,
                                                          std::size_t limit) override;
  [[nodiscard]] std::int64_t last_event() override;
  [[nodiscard]] std::optional<SystemTime> revoked_at(Revocation::Type type,
                                                     std::string_view id) override;

  void put_pushed_request(const PushedRequest& request) override;
  [[nodiscard]] std::optional<PushedRequest> take_pushed_request(std::string_view digest) override;
  void put_device_authorization(const DeviceAuthorization& device) override;
  [[nodiscard]] std::optional<DeviceAuthorization> find_device_authorization(
      std::string_view digest) override;
  [[nodiscard]] std::optional<DeviceAuthorization> find_user_code(
      std::string_view user_code) override;
  [[nodiscard]] bool remove_device_authorization(std::string_view digest) override;
  void put_challenge_session(const ChallengeSession& session) override;
  [[nodiscard]] std::optional<ChallengeSession> find_challenge_session(
      std::string_view digest) override;
  void remove_challenge_session(std::string_view digest) override;

  void put_device_credential(const DeviceCredential& credential) override;
  void put_device_secret(const DeviceSecret& secret) override;
  [[nodiscard]] std::optional<DeviceCredential> find_device_credential(
      std::string_view id) override;
  [[nodiscard]] std::vector<DeviceCredential> device_credentials_of_user(
      std::string_view user_id) override;
  [[nodiscard]] std::vector<DeviceSecret> device_secrets_of_name(std::string_view user_name,
                                                                 std::size_t most) override;
  [[nodiscard]] std::optional<DeviceSecret> device_secret_of_code(
      std::string_view code_digest) override;
  [[nodiscard]] bool activate_device_credential(const DeviceCredential& activated) override;
  void end_issued_codes(std::string_view user_id) override;
  void put_device_notice(const DeviceNotice& notice) override;
  [[nodiscard]] std::vector<DeviceNotice> device_notices(std::string_view user_id,
                                                         std::size_t most) override;

  void put_opaque_token(const OpaqueToken& token) override;
  [[nodiscard]] std::optional<OpaqueToken> find_opaque_token(std::string_view digest) override;
  [[nodiscard]] std::optional<std::int64_t> lease_pool_identity(const PoolLease& lease,
                                                                std::int64_t first,
                                                                std::int64_t last,
                                                                SystemTime now) override;
  [[nodiscard]] std::optional<PoolLease> find_pool_lease(std::string_view grant_id) override;
  void extend_pool_lease(std::string_view grant_id, SystemTime expires_at,
                         SystemTime free_at) override;
  void release_pool_leases(SystemTime now) override;
  [[nodiscard]] PoolUse pool_use(std::string_view pool, SystemTime now) override;
  void put_initial_token(const InitialToken& token) override;
  [[nodiscard]] bool use_initial_token(std::string_view digest, SystemTime now) override;
  [[nodiscard]] std::optional<Consent> find_consent(std::string_view user_id,
                                                    std::string_view client_id) override;
  [[nodiscard]] std::vector<Consent> consents_of_user(std::string_view user_id) override;
  void put_consent(const Consent& consent) override;
  void remove_consent(std::string_view user_id, std::string_view client_id) override;

  [[nodiscard]] std::optional<Totp> find_totp(std::string_view user_id) override;
  void put_totp(const Totp& totp) override;
  [[nodiscard]] bool advance_totp(std::string_view user_id, std::int64_t step) override;
  void remove_totp(std::string_view user_id) override;
  void put_recovery_codes(std::string_view user_id,
                          const std::vector<std::string>& digests) override;
  [[nodiscard]] std::size_t recovery_codes_left(std::string_view user_id) override;
  [[nodiscard]] bool spend_recovery_code(std::string_view user_id,
                                         std::string_view digest) override;

  [[nodiscard]] std::optional<Passkey> find_passkey(std::string_view id) override;
  [[nodiscard]] std::vector<Passkey> passkeys_of_user(std::string_view user_id) override;
  void put_passkey(const Passkey& passkey) override;
  void remove_passkey(std::string_view user_id, std::string_view id) override;

  [[nodiscard]] LoginFailures login_failures(std::string_view account) override;
  void put_login_failures(std::string_view account, const LoginFailures& failures) override;
  void clear_login_failures(std::string_view account) override;

  [[nodiscard]] std::vector<KeyRecord> keys() override;
  void put_key(const KeyRecord& key) override;
  [[nodiscard]] std::string shared_secret(std::string_view name, const std::string& fresh) override;

  [[nodiscard]] std::optional<LinkedIdentity> find_identity(std::string_view issuer,
                                                            std::string_view subject) override;
  [[nodiscard]] std::vector<LinkedIdentity> identities_of_user(std::string_view user_id) override;
  void put_identity(const LinkedIdentity& identity) override;
  void remove_identity(std::string_view issuer, std::string_view subject) override;
  [[nodiscard]] std::optional<std::string> owner_of(std::string_view identity) override;
  void put_upstream_login(const UpstreamLoginRecord& login) override;
  [[nodiscard]] std::optional<UpstreamLoginRecord> take_upstream_login(
      std::string_view state_digest) override;
  [[nodiscard]] std::size_t upstream_logins() override;
  [[nodiscard]] bool note_once(std::string_view kind, std::string_view id,
                               SystemTime expires_at) override;
  void put_logout_delivery(const LogoutDelivery& delivery) override;
  [[nodiscard]] std::vector<LogoutDelivery> due_logout_deliveries(SystemTime now,
                                                                  std::size_t most) override;
  void remove_logout_delivery(std::string_view id) override;
  [[nodiscard]] std::size_t logout_deliveries() override;

  std::size_t sweep(SystemTime now, std::size_t limit) override;

 private:
  void in_batch(const std::function<void()>& work);
  void clear_caches() noexcept;

  Sqlite database_;
  int depth_ = 0;  // of atomically()
  std::uint64_t client_changes_ = 0;
  // In use during a batch only.
  RecordCache<User> user_cache_;
  RecordCache<Client> client_cache_;
  std::int64_t data_version_ = 0;  // of the caches
};

}  // namespace waf::io
