// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/grants/parameters.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// An authorization request that passed every check which needs no user.
struct AuthorizationRequest {
  std::string client_id;
  std::string client_name;
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  std::string challenge;
  std::string key_thumbprint;  // dpop_jkt (RFC 9449 section 10): the code is for this key only
  std::vector<std::string> scopes;
  std::vector<std::string> resources;  // RFC 8707; empty: the client's default
  std::string login_hint;
  std::string id_token_hint;
  bool may_not_ask = false;   // prompt=none
  bool must_log_in = false;   // prompt=login or select_account
  bool must_consent = false;  // prompt=consent
  std::optional<seconds> max_age;
  std::vector<std::string> acr_values;
  std::string ui_locales;

  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] static common::Result<AuthorizationRequest> from_json(std::string_view text);
};

/// Why not, and where the client may be told: nowhere while its redirect URI is not proven.
struct AuthorizationRefusal {
  common::Error error;
  std::optional<std::string> redirect_uri;
  std::string state;
};

/// OAuth 2.1 section 4.1.1, OpenID Connect Core 3.1.2.1, RFC 7636 (S256 for every client).
[[nodiscard]] tl::expected<AuthorizationRequest, AuthorizationRefusal> check_authorization_request(
    const Parameters& parameters, Store& store, const Settings& settings);

/// Where the browser goes with the answer, `iss` included on success and error (RFC 9207).
[[nodiscard]] std::string success_redirect(const AuthorizationRequest& request,
                                           std::string_view code, std::string_view issuer);
[[nodiscard]] std::string error_redirect(std::string_view redirect_uri, std::string_view state,
                                         const common::Error& error, std::string_view issuer);

}  // namespace waf
