// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/token_validator.hpp"

#include <algorithm>

#include "common/jose/errc.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using common::fail;
namespace jose = common::jose;

/// The edge tells only three kinds apart: a header that is no token (400), a key that we may yet
/// learn, and everything else (401). The detail keeps the cause for the log.
tl::unexpected<common::Error> classify(const common::Error& error) {
  if (error == jose::Errc::too_large || error == jose::Errc::malformed_jws) {
    return fail(Errc::malformed_token, error.message());
  }
  if (error == jose::Errc::unknown_key) return fail(Errc::unknown_key, error.message());
  return fail(Errc::invalid_token, error.message());
}

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string id_of(const jose::AccessToken& token) { return "jti " + token.id; }

}  // namespace

TokenValidator::TokenValidator(TokenPolicy policy) : policy_(std::move(policy)) {}

common::Result<TokenPtr> TokenValidator::validate(std::string_view token, common::SystemTime now,
                                                  const jose::KeySet* keys,
                                                  const RevocationList& revocations) const {
  if (keys == nullptr) return fail(Errc::no_keys);
  jose::JwsPolicy form{.types = {"at+jwt"}, .algorithms = policy_.algorithms};
  auto claims = jose::verify_access_token(token, *keys, form);
  if (!claims) return classify(claims.error());
  if (auto valid = check_claims(*claims, now); !valid) return fail(valid.error());
  if (revocations.is_revoked(*claims)) return fail(Errc::revoked, id_of(*claims));
  return std::make_shared<const jose::AccessToken>(std::move(*claims));
}

common::Result<void> TokenValidator::check_claims(const jose::AccessToken& token,
                                                  common::SystemTime now) const {
  if (token.issuer != policy_.issuer) return fail(Errc::untrusted_issuer, id_of(token));
  if (!contains(token.audience, policy_.audience)) return fail(Errc::wrong_audience, id_of(token));
  if (token.expires_at + policy_.expiry_leeway <= now) {
    return fail(Errc::expired,
                id_of(token) + ", " + std::to_string((now - token.expires_at).count()) + " s ago");
  }
  const common::SystemTime latest = now + policy_.future_leeway;
  if (token.issued_at > latest || (token.not_before && *token.not_before > latest)) {
    return fail(Errc::not_yet_valid, id_of(token));
  }
  if (token.expires_at - token.issued_at > policy_.max_lifetime) {
    return fail(Errc::lifetime_too_long, id_of(token));
  }
  if (!policy_.clients.empty() && !contains(policy_.clients, token.client_id)) {
    return fail(Errc::client_not_allowed, id_of(token) + ", client " + token.client_id);
  }
  return {};
}

}  // namespace wic
