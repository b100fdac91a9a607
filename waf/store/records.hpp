// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/time.hpp"
#include "waf/clients/client.hpp"

namespace waf {

using common::SystemTime;

/// Who may log in, and as whom the IMS core knows them.
struct User {
  std::string id;    // "sub" of every token; never changes
  std::string name;  // what is typed at the login page, lower case
  std::string display_name;
  std::string password_hash;  // PHC string, Argon2id
  std::string impi;
  std::vector<std::string> impus;  // the first is the default
  bool enabled = true;
  bool password_own = false;  // chosen by the user: the configuration file no longer sets it
  bool must_change_password = false;
  /// What he may have beside OpenID Connect's own scopes; nothing: whatever the client may ask for.
  std::optional<std::vector<std::string>> scopes = {};
};

/// A browser's SSO session. `digest` is the SHA-256 of the cookie; `sid` names it in tokens.
struct Session {
  std::string digest;
  std::string sid;
  std::string user_id;
  std::string acr;
  SystemTime auth_time{};
  SystemTime created_at{};
  SystemTime last_seen{};
  SystemTime expires_at{};       // absolute end
  std::vector<std::string> amr;  // RFC 8176
  std::string provider;          // who vouched for the user; empty: this server itself
  std::string upstream_sid;      // the provider's name of its session, for back-channel logout
  std::string upstream_subject;  // the user's name there
  std::string user_agent;        // what the browser said at login; shown to the user
  std::string address;           // where the login came from; shown to the user
};

/// An authorization code and what it is bound to. Kept after its use so that a replay is known.
struct Code {
  std::string digest;
  std::string grant_id;
  std::string client_id;
  std::string redirect_uri;
  std::string challenge;
  std::string nonce;
  std::string user_id;
  std::string sid;
  std::string acr;
  std::vector<std::string> scopes;
  SystemTime auth_time{};
  SystemTime expires_at{};
  bool used = false;
  std::string key_thumbprint;          // dpop_jkt: only this DPoP key may redeem it; empty: any
  std::vector<std::string> resources;  // asked for by the authorization request
  std::vector<std::string> amr;
};

/// Everything that came from one code: the refresh family and the access tokens, whose jti begins
/// with the grant's id.
struct Grant {
  std::string id;
  std::string client_id;
  std::string user_id;
  std::string sid;
  std::string acr;
  std::vector<std::string> scopes;
  SystemTime auth_time{};
  SystemTime expires_at{};  // absolute end of the family
  bool revoked = false;
  std::string key_thumbprint;  // of a public client: only this DPoP key may refresh; empty: any
  std::string certificate_thumbprint;  // the same for a certificate (RFC 8705 section 4)
  std::vector<std::string> resources;  // audiences its tokens may have; empty: the client's default
  std::string pool;                    // whose identity it is; empty: a user's
  std::vector<std::string> amr;
};

struct RefreshToken {
  std::string digest;
  std::string grant_id;
  SystemTime expires_at{};               // idle end
  std::optional<SystemTime> rotated_at;  // used: a successor exists
  std::string successor;                 // its digest
};

/// Something issued that must no longer be accepted although it has not expired.
struct Revocation {
  enum class Type { token, grant, session, user, epoch };
  Type type = Type::token;
  std::string id;  // jti, grant id, sid or sub; epoch: everything issued before `at`, whosever
  SystemTime at{};
  SystemTime expires_at{};  // nothing it revokes lives longer
  std::string reason = {};  // told to the user whose call it ends; empty: by type
};

/// A revocation in its place among all others: followers name the last one they have.
struct RevocationEvent {
  std::int64_t sequence = 0;
  Revocation revocation;
};

/// An access token that says nothing by itself: its claims stay here.
struct OpaqueToken {
  std::string digest;
  std::string claims;  // JSON, as a JWT would carry them
  SystemTime expires_at{};
};

/// Who has an identity of a pool, and until when.
struct PoolLease {
  std::string pool;
  std::int64_t number = 0;  // of the identity in its pool
  std::string grant_id;
  SystemTime leased_at{};
  SystemTime expires_at{};
  SystemTime free_at{};  // after its quarantine
};

struct PoolUse {
  std::int64_t leased = 0;
  std::int64_t quarantined = 0;
  SystemTime next_free{};  // the epoch when none is in use
};

/// Lets its holder register clients (RFC 7591 section 3).
struct InitialToken {
  std::string digest;
  std::int64_t uses_left = 1;
  SystemTime expires_at{};
};

/// What a user let a client have (OpenID Connect Core 3.1.2.4), remembered until he takes it back.
struct Consent {
  std::string user_id;
  std::string client_id;
  std::vector<std::string> scopes;
  SystemTime given_at{};
};

/// The shared secret of a user's authenticator application (RFC 6238). The last accepted time step
/// is kept, so that no code works twice.
struct Totp {
  std::string user_id;
  std::string secret;  // encrypted
  std::int64_t last_step = 0;
  SystemTime created_at{};
};

/// A public-key credential of WebAuthn.
struct Passkey {
  std::string id;  // the credential's id, base64url
  std::string user_id;
  std::string name;        // the user's own word for it
  std::string public_key;  // COSE_Key, base64url
  std::int64_t sign_count = 0;
  bool backed_up = false;  // synchronised between the user's devices
  std::vector<std::string> transports;
  SystemTime created_at{};
  SystemTime last_used{};
};

struct LoginFailures {
  std::int64_t count = 0;
  SystemTime blocked_until{};
  SystemTime last{};
};

/// A signing key's times; the key itself is in a file or token under the name of `kid`.
struct KeyRecord {
  std::string kid;
  SystemTime sign_from{};
  SystemTime publish_until{};
  common::jose::Algorithm algorithm = common::jose::Algorithm::es256;
  bool retired = false;  // published still, but signs no more
};

}  // namespace waf
