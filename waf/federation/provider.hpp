// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "waf/clients/client.hpp"
#include "waf/federation/mapping.hpp"

namespace waf::federation {

/// A corporate OpenID provider that we are a relying party of: [[providers]] of the configuration.
struct Provider {
  std::string name;    // in our paths, in the store and in logs
  std::string label;   // on the login page
  std::string issuer;  // pinned, compared octet by octet
  std::string client_id;
  /// none, client_secret_basic, client_secret_post or private_key_jwt.
  ClientAuthentication authentication = ClientAuthentication::none;
  std::string client_secret;       // secret
  std::string private_key;         // PEM; secret
  std::string private_key_id;      // kid of the assertion
  std::string assertion_audience;  // empty: the issuer
  std::vector<std::string> scopes{"openid"};
  std::vector<common::jose::Algorithm> algorithms{
      common::jose::Algorithm::es256, common::jose::Algorithm::rs256,
      common::jose::Algorithm::ps256, common::jose::Algorithm::eddsa};
  std::vector<std::string> email_domains;  // whose addresses lead here
  bool button = true;
  bool jit = true;                         // an unknown user gets an account
  bool userinfo = false;                   // more claims are fetched
  bool end_session = false;                // our logout goes on to the provider's
  std::string tenant;                      // required value of tid; empty: not checked
  std::vector<std::string> acr_values;     // asked for, and one of them required
  std::map<std::string, std::string> acr;  // theirs -> ours
  Mapping mapping;
};

/// What we use of a provider's metadata (OpenID Connect Discovery 3).
struct ProviderMetadata {
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;     // may be empty
  std::string end_session_endpoint;  // may be empty
  bool sends_issuer = false;         // RFC 9207: a response without `iss` is not theirs
};

[[nodiscard]] std::string discovery_url(const Provider& provider);

/// Errc::foreign_issuer unless the document names the pinned issuer; Errc::malformed_metadata for a
/// missing endpoint or one that is not https.
[[nodiscard]] common::Result<ProviderMetadata> parse_provider_metadata(const Provider& provider,
                                                                       std::string_view json);

}  // namespace waf::federation
