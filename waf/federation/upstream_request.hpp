// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/http.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "waf/federation/provider.hpp"

namespace waf::federation {

/// One login at a provider, from our redirect to its answer. The secrets in it never leave us; the
/// browser carries `state` only, and is bound by its cookie.
struct UpstreamLogin {
  std::string state;
  std::string nonce;
  std::string verifier;  // PKCE
  std::string login_hint;
  bool must_log_in = false;
  std::optional<std::chrono::seconds> max_age;
};

/// Each provider has a redirect URI of its own, so that an answer tells whose it claims to be
/// (RFC 9700 4.4.2.2).
[[nodiscard]] std::string redirect_uri_for(std::string_view our_issuer, const Provider& provider);

/// Where the browser is sent: code, PKCE S256, state and nonce.
[[nodiscard]] std::string authorization_url(const Provider& provider,
                                            const ProviderMetadata& metadata,
                                            const UpstreamLogin& login,
                                            std::string_view our_issuer);

/// Where the browser is sent to end the provider's own session (OpenID Connect RP-Initiated Logout
/// section 2). Its ID tokens are not kept, so the provider asks its user, or not, by `client_id`.
[[nodiscard]] std::string end_session_url(const Provider& provider, std::string_view endpoint,
                                          std::string_view our_issuer, const std::string& state);

/// A POST to a provider.
struct UpstreamPost {
  std::string url;
  common::HttpHeaders headers;
  std::string body;
};

/// The code for tokens. `assertion` is a signed client_assertion for private_key_jwt.
[[nodiscard]] UpstreamPost token_request(const Provider& provider, const ProviderMetadata& metadata,
                                         const std::string& code, const std::string& verifier,
                                         const std::string& assertion, std::string_view our_issuer);

/// Claims of the client assertion (RFC 7523 3), to be signed by the provider's private key.
[[nodiscard]] std::string assertion_claims(const Provider& provider, std::string_view id,
                                           common::SystemTime now);

/// What a token response gave; the refresh token in it is not even read.
struct UpstreamTokens {
  std::string id_token;
  std::string access_token;  // for userinfo and at_hash, then forgotten
};
[[nodiscard]] common::Result<UpstreamTokens> parse_token_response(unsigned status,
                                                                  std::string_view body);

}  // namespace waf::federation
