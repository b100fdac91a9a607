// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/token_reader.hpp"

#include "waf/errc.hpp"
#include "waf/tokens/issuer.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using common::jose::AccessToken;
using common::jose::ImsPart;

constexpr std::size_t most_verified = 10'000;

std::string names_of(const common::jose::KeySet& keys) {
  std::string out;
  for (const auto& kid : keys.kids()) out += kid + ' ';
  return out;
}

}  // namespace

Result<TokenReader::Claims> TokenReader::verified(std::string_view token) {
  using common::jose::Algorithm;
  static const common::jose::JwsPolicy policy = {
      .types = {"at+jwt"},
      .algorithms = {Algorithm::es256, Algorithm::rs256, Algorithm::ps256, Algorithm::eddsa}};
  std::string keys = names_of(keys_.published());
  if (keys != verified_by_ || verified_.size() >= most_verified) {
    verified_.clear();
    verified_by_ = std::move(keys);
  }
  std::string digest = digest_of(token);
  if (const auto found = verified_.find(digest); found != verified_.end()) return found->second;
  auto claims =
      common::jose::verify_access_token(token, keys_.published(), policy, ImsPart::optional);
  if (!claims) return fail(Errc::invalid_token, claims.error().message());
  auto out = std::make_shared<const AccessToken>(std::move(*claims));
  verified_.emplace(std::move(digest), out);
  return out;
}

Result<AccessToken> TokenReader::read_claims(std::string_view token) {
  if (token.find('.') != std::string_view::npos) {
    const auto claims = verified(token);
    if (!claims) return fail(claims.error());
    return **claims;
  }
  const auto record = store_.find_opaque_token(digest_of(token));
  if (!record) return fail(Errc::invalid_token, "unknown token");
  auto claims = common::jose::parse_access_token(record->claims, ImsPart::optional);
  if (!claims) return fail(Errc::invalid_token, claims.error().message());
  return claims;
}

bool TokenReader::is_revoked(const AccessToken& token) const {
  if (store_.revoked_at(Revocation::Type::token, token.id)) return true;
  if (store_.revoked_at(Revocation::Type::grant, grant_of_token_id(token.id))) return true;
  if (!token.session.empty() && store_.revoked_at(Revocation::Type::session, token.session)) {
    return true;
  }
  const auto user = store_.revoked_at(Revocation::Type::user, token.subject);
  return user && token.issued_at <= *user;
}

Result<AccessToken> TokenReader::read(std::string_view token, SystemTime now) {
  auto claims = read_claims(token);
  if (!claims) return claims;
  if (claims->issuer != settings_.issuer) return fail(Errc::invalid_token, "issuer");
  if (claims->expires_at <= now) return fail(Errc::invalid_token, "expired");
  if (is_revoked(*claims)) return fail(Errc::invalid_token, "revoked");
  const auto client = clients_.find(claims->client_id);
  if (!client || !client->client.enabled) return fail(Errc::invalid_token, "client is disabled");
  // A client's own token names the client, one of a pool an identity that is no user.
  if (claims->ims.impi.empty() || claims->ims.mode == "pool") return claims;
  const auto user = store_.find_user(claims->subject);
  if (!user || !user->enabled) return fail(Errc::invalid_token, "user is disabled");
  return claims;
}

}  // namespace waf
