// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace waf::io {

/// The schema as it is now; sqlite_migration.hpp brings older files to it, so change it here only.
/// Lists are JSON arrays; times are seconds since 1970. Secrets stand here as digests only.
inline constexpr const char* sqlite_schema = R"(
CREATE TABLE users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL, impi TEXT NOT NULL UNIQUE, impus TEXT NOT NULL,
  enabled INTEGER NOT NULL, password_own INTEGER NOT NULL,
  must_change_password INTEGER NOT NULL, scopes TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID;
CREATE TABLE clients (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, redirect_uris TEXT NOT NULL,
  post_logout_redirect_uris TEXT NOT NULL, origins TEXT NOT NULL, scopes TEXT NOT NULL,
  default_scopes TEXT NOT NULL, enabled INTEGER NOT NULL,
  profile TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  digest TEXT PRIMARY KEY, sid TEXT NOT NULL, user_id TEXT NOT NULL, acr TEXT NOT NULL,
  auth_time INTEGER NOT NULL, created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, amr TEXT NOT NULL, provider TEXT NOT NULL,
  upstream_sid TEXT NOT NULL, upstream_subject TEXT NOT NULL, user_agent TEXT NOT NULL,
  address TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_sid ON sessions (sid);
CREATE INDEX sessions_by_provider ON sessions (provider, upstream_sid) WHERE provider <> '';
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE codes (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, nonce TEXT NOT NULL,
  user_id TEXT NOT NULL, sid TEXT NOT NULL, acr TEXT NOT NULL, scopes TEXT NOT NULL,
  auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  used INTEGER NOT NULL, key_thumbprint TEXT NOT NULL, resources TEXT NOT NULL,
  amr TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX codes_by_end ON codes (expires_at);
CREATE TABLE grants (
  id TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, sid TEXT NOT NULL,
  acr TEXT NOT NULL, scopes TEXT NOT NULL, auth_time INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL,
  key_thumbprint TEXT NOT NULL, certificate_thumbprint TEXT NOT NULL, resources TEXT NOT NULL,
  pool TEXT NOT NULL, amr TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX grants_of_pools ON grants (id) WHERE pool <> '' AND revoked = 1;
CREATE INDEX grants_by_session ON grants (sid);
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_client ON grants (client_id);
CREATE INDEX grants_by_end ON grants (expires_at);
CREATE TABLE refresh_tokens (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL, successor TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);
CREATE TABLE pushed_requests (
  digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, parameters TEXT NOT NULL,
  key_thumbprint TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_requests_by_end ON pushed_requests (expires_at);
CREATE TABLE device_authorizations (
  digest TEXT PRIMARY KEY, user_code TEXT NOT NULL UNIQUE, client_id TEXT NOT NULL,
  scopes TEXT NOT NULL, key_thumbprint TEXT NOT NULL, source TEXT NOT NULL,
  state INTEGER NOT NULL, user_id TEXT NOT NULL, sid TEXT NOT NULL, acr TEXT NOT NULL,
  amr TEXT NOT NULL, auth_time INTEGER NOT NULL, created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, poll_interval INTEGER NOT NULL,
  last_poll INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX device_authorizations_by_end ON device_authorizations (expires_at);
CREATE TABLE challenge_sessions (
  digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, proof TEXT NOT NULL, request TEXT NOT NULL,
  user_id TEXT NOT NULL, attempts INTEGER NOT NULL,
  expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX challenge_sessions_by_end ON challenge_sessions (expires_at);
CREATE TABLE device_credentials (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, sid TEXT NOT NULL, acr TEXT NOT NULL,
  amr TEXT NOT NULL, auth_time INTEGER NOT NULL, state INTEGER NOT NULL,
  issued_at INTEGER NOT NULL, code_until INTEGER NOT NULL, wrong INTEGER NOT NULL,
  grant_id TEXT NOT NULL, device TEXT NOT NULL, transport TEXT NOT NULL, source TEXT NOT NULL,
  model TEXT NOT NULL, activated_at INTEGER NOT NULL, last_used INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, failures INTEGER NOT NULL, failures_since INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX device_credentials_by_user ON device_credentials (user_id);
CREATE INDEX device_credentials_by_end ON device_credentials (expires_at);
CREATE TABLE device_secrets (
  credential_id TEXT NOT NULL, user_name TEXT NOT NULL, code_digest TEXT NOT NULL UNIQUE,
  ha1_md5 TEXT NOT NULL, ha1_sha256 TEXT NOT NULL, ha1_sha512_256 TEXT NOT NULL,
  PRIMARY KEY (credential_id, user_name)) STRICT, WITHOUT ROWID;
CREATE INDEX device_secrets_by_name ON device_secrets (user_name);
CREATE TABLE device_notices (
  id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, kind INTEGER NOT NULL, model TEXT NOT NULL,
  source TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX device_notices_by_user ON device_notices (user_id);
CREATE TABLE revocations (
  type INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  PRIMARY KEY (type, id)) STRICT, WITHOUT ROWID;
CREATE INDEX revocations_by_end ON revocations (expires_at);
CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, type INTEGER NOT NULL, id TEXT NOT NULL,
  reason TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;
CREATE INDEX events_by_end ON events (expires_at);
CREATE TABLE login_failures (
  account TEXT PRIMARY KEY, count INTEGER NOT NULL, blocked_until INTEGER NOT NULL,
  last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX login_failures_by_last ON login_failures (last);
CREATE TABLE opaque_tokens (
  digest TEXT PRIMARY KEY, claims TEXT NOT NULL,
  expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX opaque_tokens_by_end ON opaque_tokens (expires_at);
CREATE TABLE pool_leases (
  pool TEXT NOT NULL, number INTEGER NOT NULL, grant_id TEXT NOT NULL UNIQUE,
  leased_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, free_at INTEGER NOT NULL,
  PRIMARY KEY (pool, number)) STRICT, WITHOUT ROWID;
CREATE INDEX pool_leases_by_end ON pool_leases (pool, free_at);
CREATE TABLE initial_tokens (
  digest TEXT PRIMARY KEY, uses_left INTEGER NOT NULL,
  expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX initial_tokens_by_end ON initial_tokens (expires_at);
CREATE TABLE consents (
  user_id TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL,
  given_at INTEGER NOT NULL, PRIMARY KEY (user_id, client_id)) STRICT, WITHOUT ROWID;
CREATE TABLE totp (
  user_id TEXT PRIMARY KEY, secret TEXT NOT NULL, last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE recovery_codes (
  user_id TEXT NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY (user_id, digest)) STRICT, WITHOUT ROWID;
CREATE TABLE passkeys (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, public_key TEXT NOT NULL,
  sign_count INTEGER NOT NULL, backed_up INTEGER NOT NULL, transports TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_by_user ON passkeys (user_id);
CREATE TABLE keys (
  kid TEXT PRIMARY KEY, sign_from INTEGER NOT NULL,
  publish_until INTEGER NOT NULL, algorithm TEXT NOT NULL DEFAULT 'ES256',
  retired INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identities (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL, last_login INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_user ON identities (user_id);
CREATE TABLE upstream_logins (
  state_digest TEXT PRIMARY KEY, provider TEXT NOT NULL, browser_digest TEXT NOT NULL,
  nonce TEXT NOT NULL, verifier TEXT NOT NULL, continuation TEXT NOT NULL, max_age INTEGER NOT NULL,
  must_log_in INTEGER NOT NULL, started_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX upstream_logins_by_end ON upstream_logins (expires_at);
CREATE TABLE replays (
  kind TEXT NOT NULL, id TEXT NOT NULL, expires_at INTEGER NOT NULL,
  PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
CREATE INDEX replays_by_end ON replays (expires_at);
CREATE TABLE logout_deliveries (
  id TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, sid TEXT NOT NULL,
  attempts INTEGER NOT NULL, next_attempt INTEGER NOT NULL,
  expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX logout_deliveries_by_time ON logout_deliveries (next_attempt);
PRAGMA user_version = 2;
)";
inline constexpr int sqlite_schema_version = 2;

}  // namespace waf::io
