// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/issuer.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/jose/token_hash.hpp"
#include "waf/grants/token_set.hpp"

namespace waf {
namespace {

constexpr std::size_t token_id_octets = 16;

}  // namespace

common::jose::AccessToken TokenIssuer::access_claims(const TokenSubject& subject, SystemTime now) {
  common::jose::AccessToken out;
  out.issuer = settings_.issuer;
  out.audience = {settings_.audience};
  out.subject = subject.user.id;
  out.client_id = subject.grant.client_id;
  out.issued_at = now;
  out.expires_at = now + settings_.access_token_lifetime;
  out.id = subject.grant.id + "." + random_.base64url(token_id_octets);
  // Whatever the grant: what the user's groups do not give, no token has.
  out.scopes = permitted_scopes(subject.user, subject.scopes);
  out.session = subject.grant.sid;
  out.auth_time = subject.grant.auth_time;
  out.acr = subject.grant.acr;
  out.ims.impi = subject.user.impi;
  out.ims.impus = subject.user.impus;
  out.ims.waf = settings_.waf_identity;
  out.ims.wwsf = settings_.wwsf_identity;
  const SenderProof& proof = subject.proof;
  if (!proof.certificate_thumbprint.empty()) {
    out.certificate_thumbprint = proof.certificate_thumbprint;
  }
  if (!proof.key_thumbprint.empty()) out.key_thumbprint = proof.key_thumbprint;
  return out;
}

std::string TokenIssuer::sign(const common::jose::AccessToken& claims) {
  return keys_.sign_access_token(to_json(claims));
}

std::string TokenIssuer::access_token(const TokenSubject& subject, SystemTime now) {
  return sign(access_claims(subject, now));
}

std::string TokenIssuer::id_token(const TokenSubject& subject, std::string_view nonce,
                                  std::string_view access_token, SystemTime now,
                                  std::optional<common::jose::Algorithm> algorithm) {
  const User& user = subject.user;
  const auto available = keys_.algorithms();  // the default one first
  const bool has_wanted =
      algorithm && std::find(available.begin(), available.end(), *algorithm) != available.end();
  const common::jose::Algorithm signs = has_wanted ? *algorithm : available.front();
  nlohmann::json claims = {
      {"iss", settings_.issuer},
      {"sub", user.id},
      {"aud", subject.grant.client_id},
      {"iat", common::unix_seconds(now)},
      {"exp", common::unix_seconds(now + settings_.id_token_lifetime)},
      {"auth_time", common::unix_seconds(subject.grant.auth_time)},
      {"acr", subject.grant.acr},
      {"sid", subject.grant.sid},
      {"at_hash", common::jose::access_token_hash(access_token, signs)},
      {"preferred_username", user.name},
      {"name", user.display_name},
  };
  if (!subject.grant.amr.empty()) claims["amr"] = subject.grant.amr;
  if (!nonce.empty()) claims["nonce"] = nonce;
  if (!user.impus.empty()) claims["sip_uri"] = user.impus.front();
  return keys_.sign_id_token(claims.dump(), signs);
}

std::string_view grant_of_token_id(std::string_view jti) { return jti.substr(0, jti.find('.')); }

}  // namespace waf
