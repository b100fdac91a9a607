// SPDX-License-Identifier: Apache-2.0
#include "waf/io/token_mint.hpp"

#include <cstdio>

#include "common/io/key_files.hpp"
#include "common/jose/json.hpp"
#include "common/metrics.hpp"
#include "waf/clients/client_cache.hpp"
#include "waf/devices/device_context.hpp"
#include "waf/grants/refresh_token.hpp"
#include "waf/tokens/issuer.hpp"
#include "waf/tokens/token_reader.hpp"

namespace waf::io {
namespace {

constexpr std::size_t id_octets = 12;
constexpr int index_digits = 6;

std::string numbered(const std::string& prefix, std::size_t index) {
  std::string digits = std::to_string(index);
  while (digits.size() < index_digits) digits.insert(digits.begin(), '0');
  return prefix + digits;
}

}  // namespace

std::string TokenMint::mint(const User& user, const MintRequest& request, SystemTime now) {
  TokenIssuer issuer(settings_, keys_, random_);
  Grant grant;
  grant.id = random_.base64url(id_octets);
  grant.client_id = request.client;
  grant.sid = "s-" + random_.base64url(id_octets);
  grant.acr = "urn:acr:pwd";
  grant.auth_time = now;
  auto claims = issuer.access_claims({user, grant, request.scopes}, now);
  claims.expires_at = now + request.lifetime;
  if (request.issuer) claims.issuer = *request.issuer;
  if (request.audience) claims.audience = {*request.audience};
  if (request.expires_in) {
    claims.expires_at = now + *request.expires_in;
    claims.issued_at = std::min(now, claims.expires_at - request.lifetime);
  }
  if (!request.impus.empty()) claims.ims.impus = request.impus;
  if (!request.foreign_key && !request.type) return issuer.sign(claims);
  const std::string& kid = keys_.active_kid();
  const auto key = request.foreign_key ? common::io::generate_signing_key(kid) : keys_.active_key();
  return common::jose::Signer(key, request.type.value_or("at+jwt")).sign(to_json(claims));
}

void TokenMint::mint_many(std::ostream& out, std::size_t count, const std::string& prefix,
                          const std::string& domain, const MintRequest& request, SystemTime now) {
  for (std::size_t i = 1; i <= count; ++i) {
    User user;
    user.name = numbered(prefix, i);
    user.id = "u-" + user.name;
    user.impi = user.name + "@" + domain;
    user.impus = {"sip:" + user.impi};
    std::string line = R"({"impi":)";
    common::jose::append_json_string(line, user.impi);
    line += R"(,"impu":)";
    common::jose::append_json_string(line, user.impus.front());
    line += R"(,"token":)";
    common::jose::append_json_string(line, mint(user, request, now));
    out << line << "}\n";
  }
}

void TokenMint::mint_refresh_tokens(std::ostream& out, Store& store, std::size_t count,
                                    const User& user, const MintRequest& request, SystemTime now) {
  TokenIssuer issuer(settings_, keys_, random_);
  common::Metrics metrics;
  DeviceContext devices(settings_.devices, {}, metrics);
  ClientCache clients(store);
  TokenReader reader(settings_, store, keys_, clients);
  GrantContext context{settings_, store, issuer, reader, random_, {}, devices};
  store.atomically([&] {
    for (std::size_t i = 0; i < count; ++i) {
      Grant grant;
      grant.id = random_.base64url(id_octets);
      grant.client_id = request.client;
      grant.user_id = user.id;
      grant.sid = "s-" + random_.base64url(id_octets);
      grant.acr = "urn:acr:pwd";
      grant.scopes = request.scopes;
      grant.auth_time = now;
      grant.expires_at = now + settings_.refresh_absolute;
      store.put_grant(grant);
      out << first_refresh_token(context, grant, now) << "\n";
    }
  });
}

}  // namespace waf::io
