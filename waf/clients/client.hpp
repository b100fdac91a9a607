// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/time.hpp"

namespace waf {

/// How a client proves who it is (token_endpoint_auth_method of RFC 7591, RFC 8705).
enum class ClientAuthentication {
  none,  // a public client
  client_secret_basic,
  client_secret_post,
  private_key_jwt,
  tls_client_auth,              // a certificate of the listener's client CA with a registered name
  self_signed_tls_client_auth,  // a registered certificate
};

/// What a client must bind its tokens to.
enum class SenderConstraint { none, dpop, mtls };

enum class TokenFormat { jwt, opaque };

/// One of a client's secrets: several at once while one is being replaced. Secrets are made by us
/// with 256 random bits, so a plain SHA-256 keeps them; nobody can guess through them.
struct ClientSecret {
  std::string digest;  // SHA-256, base64url
  common::SystemTime created_at{};
  common::SystemTime expires_at{};  // the epoch: never
};

/// The one name that a tls_client_auth certificate must carry (RFC 8705 section 2.1.2); exactly one
/// is set.
struct CertificateName {
  std::string subject_dn;  // RFC 4514
  std::string san_dns;
  std::string san_uri;
  std::string san_ip;
  std::string san_email;
};

/// An OAuth client. The first part is what every public client has.
struct Client {
  std::string id;
  std::string name;
  std::vector<std::string> redirect_uris;
  std::vector<std::string> post_logout_redirect_uris;
  std::vector<std::string> origins;         // may call /token and others across origins
  std::vector<std::string> scopes;          // what it may ask for
  std::vector<std::string> default_scopes;  // when it asks for none
  bool enabled = true;

  ClientAuthentication authentication = ClientAuthentication::none;
  std::vector<ClientSecret> secrets = {};
  std::string jwks = {};      // for private_key_jwt: the document itself …
  std::string jwks_uri = {};  // … or where it is
  CertificateName certificate_name = {};
  std::vector<std::string> certificate_thumbprints = {};  // x5t#S256, for self-signed ones

  std::vector<std::string> grant_types = {"authorization_code", "refresh_token"};
  /// Audiences it may ask tokens for (RFC 8707); the first is the default. Empty: the gateway only.
  std::vector<std::string> resources = {};
  /// Audiences it is: it may introspect their tokens.
  std::vector<std::string> serves = {};
  TokenFormat token_format = TokenFormat::jwt;
  SenderConstraint sender_constraint = SenderConstraint::none;
  std::chrono::seconds access_token_lifetime{0};  // 0: that of the server
  bool first_party = true;                        // the user is not asked for consent
  bool require_par = false;
  std::string id_token_algorithm = {};  // id_token_signed_response_alg; empty: the server's first
  std::string backchannel_logout_uri = {};
  bool backchannel_logout_session_required = true;

  // Of clients that registered themselves (RFC 7591).
  std::string registration_digest = {};  // of the registration access token; empty: by the operator
  common::SystemTime registered_at{};

  [[nodiscard]] bool is_public() const { return authentication == ClientAuthentication::none; }
  [[nodiscard]] bool may_use_grant(std::string_view grant_type) const;
  [[nodiscard]] bool may_ask_for(std::string_view scope) const;
};

[[nodiscard]] std::string_view name_of(ClientAuthentication method);
[[nodiscard]] std::optional<ClientAuthentication> client_authentication_from(std::string_view name);
[[nodiscard]] std::string_view name_of(SenderConstraint constraint);
[[nodiscard]] std::optional<SenderConstraint> sender_constraint_from(std::string_view name);
[[nodiscard]] std::string_view name_of(TokenFormat format);
[[nodiscard]] std::optional<TokenFormat> token_format_from(std::string_view name);

}  // namespace waf
