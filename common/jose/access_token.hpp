// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jws.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace common::jose {

/// The IMS part of an access token (TS 33.203 Annex X.3.2.3: identities, WWSF and WAF identity).
struct ImsClaims {
  std::string impi;
  std::vector<std::string> impus;  // the first is the default
  std::string waf;
  std::string wwsf;
  std::string mode = "individual";  // or "pool"
  std::optional<long long> max_bindings;
  std::optional<std::string> device;  // "dev": +sip.instance the token is bound to
};

/// Whether a token without the IMS part will do: not for a gateway, which serves users only.
enum class ImsPart { required, optional };

/// Claims of an access token (RFC 9068). Parsed ones are complete and well typed; whether they are
/// acceptable (issuer, audience, time, revocation) is the caller's policy.
struct AccessToken {
  std::string issuer;
  std::vector<std::string> audience;
  std::string subject;
  std::string client_id;
  SystemTime issued_at{};
  SystemTime expires_at{};
  std::optional<SystemTime> not_before;
  std::string id;                   // jti
  std::vector<std::string> scopes;  // "scope" split at spaces
  std::string session;              // sid; empty when absent
  std::optional<SystemTime> auth_time;
  std::string acr;    // empty when absent
  ImsClaims ims;      // of a user's token; a client's own token has none: the IMPI is empty
  std::string actor;  // "act" of RFC 8693 as a JSON object; empty when absent
  std::optional<std::string> certificate_thumbprint;  // cnf.x5t#S256, RFC 8705
  std::optional<std::string> key_thumbprint;          // cnf.jkt, RFC 9449: a DPoP proof is due

  [[nodiscard]] bool has_scope(std::string_view scope) const;
};

[[nodiscard]] std::vector<std::string> split_scopes(std::string_view text);
[[nodiscard]] std::string join_scopes(const std::vector<std::string>& scopes);

/// The claims as compact JSON.
[[nodiscard]] std::string to_json(const AccessToken& token);

/// Strict: duplicate members, a missing or mistyped claim, or a time that is not a finite number
/// in 0 … 2^53 fail. Call it only on the payload of a verified JWS.
[[nodiscard]] Result<AccessToken> parse_access_token(std::string_view claims,
                                                     ImsPart ims = ImsPart::required);

/// verify_jws with typ at+jwt, then parse_access_token: token-auth 6.2 steps 1-8.
[[nodiscard]] Result<AccessToken> verify_access_token(
    std::string_view token, const KeySet& keys, const JwsPolicy& policy = {.types = {"at+jwt"}},
    ImsPart ims = ImsPart::required);

}  // namespace common::jose
