-- The schema of the first released store, with a row in every table that carries state.
CREATE TABLE users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
  password_hash TEXT NOT NULL, impi TEXT NOT NULL UNIQUE, impus TEXT NOT NULL,
  enabled INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE clients (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, redirect_uris TEXT NOT NULL,
  post_logout_redirect_uris TEXT NOT NULL, origins TEXT NOT NULL, scopes TEXT NOT NULL,
  default_scopes TEXT NOT NULL, enabled INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  digest TEXT PRIMARY KEY, sid TEXT NOT NULL, user_id TEXT NOT NULL, acr TEXT NOT NULL,
  auth_time INTEGER NOT NULL, created_at INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);
CREATE TABLE codes (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, client_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, nonce TEXT NOT NULL,
  user_id TEXT NOT NULL, sid TEXT NOT NULL, acr TEXT NOT NULL, scopes TEXT NOT NULL,
  auth_time INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX codes_by_end ON codes (expires_at);
CREATE TABLE grants (
  id TEXT PRIMARY KEY, client_id TEXT NOT NULL, user_id TEXT NOT NULL, sid TEXT NOT NULL,
  acr TEXT NOT NULL, scopes TEXT NOT NULL, auth_time INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, revoked INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX grants_by_session ON grants (sid);
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX grants_by_end ON grants (expires_at);
CREATE TABLE refresh_tokens (
  digest TEXT PRIMARY KEY, grant_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL, successor TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);
CREATE TABLE revocations (
  type INTEGER NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  PRIMARY KEY (type, id)) STRICT, WITHOUT ROWID;
CREATE INDEX revocations_by_end ON revocations (expires_at);
CREATE TABLE login_failures (
  account TEXT PRIMARY KEY, count INTEGER NOT NULL, blocked_until INTEGER NOT NULL,
  last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX login_failures_by_last ON login_failures (last);
CREATE TABLE keys (
  kid TEXT PRIMARY KEY, sign_from INTEGER NOT NULL,
  publish_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO users VALUES ('u-1','alice','Alice','$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$dGFndGFndGFndGFndGFn','alice@ims.example','["sip:alice@ims.example"]',1);
INSERT INTO clients VALUES ('demo','Softphone','["https://localhost:8443/app/callback"]','[]','[]','["openid","offline_access"]','["openid"]',1);
INSERT INTO sessions VALUES ('session-digest','s-1','u-1','urn:acr:pwd',1700000000,1700000000,1700000100,4000000000);
INSERT INTO codes VALUES ('code-digest','g-2','demo','https://localhost:8443/app/callback','challenge','nonce','u-1','s-1','urn:acr:pwd','["openid"]',1700000000,4000000000,1);
INSERT INTO grants VALUES ('g-1','demo','u-1','s-1','urn:acr:pwd','["openid","offline_access"]',1700000000,4000000000,0);
INSERT INTO refresh_tokens VALUES ('used-digest','g-1',4000000000,1700000050,'live-digest');
INSERT INTO refresh_tokens VALUES ('live-digest','g-1',4000000000,0,'');
INSERT INTO revocations VALUES (1,'g-0',1700000000,4000000000);
INSERT INTO login_failures VALUES ('alice',3,1700000000,1700000000);
INSERT INTO keys VALUES ('20231114-aabbccdd',1700000000,4853600000);
INSERT INTO secrets VALUES ('form-and-refresh','c2VjcmV0LW9mLXRoZS1kZXBsb3ltZW50');
