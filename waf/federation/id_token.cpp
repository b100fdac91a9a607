// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/id_token.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/jose/json.hpp"
#include "common/jose/token_hash.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/token_claims.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;
using common::SystemTime;
using nlohmann::json;

constexpr std::size_t max_subject = 255;  // OpenID Connect Core 2

Result<void> check_login(const json& claims, const Provider& provider,
                         const IdTokenExpectations& expected, SystemTime now) {
  if (!common::equal_secrets(text_claim(claims, "nonce"), expected.nonce)) {
    return fail(Errc::wrong_nonce);
  }
  const auto auth_time = time_claim(claims, "auth_time");
  if (!auth_time) return fail(auth_time.error());
  if (expected.max_age && (!*auth_time || **auth_time + *expected.max_age + clock_skew < now)) {
    return fail(Errc::login_too_old);
  }
  const auto& wanted = provider.acr_values;
  const std::string acr = text_claim(claims, "acr");
  if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), acr) == wanted.end()) {
    return fail(Errc::wrong_acr, acr);
  }
  return {};
}

/// An ID token's typ is JWT or left out; anything else is another kind of token (RFC 8725 3.11).
bool is_id_token_type(std::string_view type) {
  return type.empty() || type == "JWT" || type == "jwt";
}

IdToken to_id_token(const json& claims) {
  IdToken out;
  out.subject = text_claim(claims, "sub");
  out.sid = text_claim(claims, "sid");
  out.acr = text_claim(claims, "acr");
  out.auth_time = time_claim(claims, "auth_time").value_or(std::nullopt);
  out.claims = claims_of(claims);
  if (const auto amr = out.claims.find("amr"); amr != out.claims.end()) out.amr = amr->second;
  return out;
}

}  // namespace

Result<IdToken> check_id_token(std::string_view token, const Provider& provider,
                               const common::jose::KeySet& keys,
                               const IdTokenExpectations& expected, SystemTime now) {
  const auto verified = verify_token(token, keys, provider.algorithms);
  if (!verified) return fail(verified.error());
  if (!is_id_token_type(verified->type)) return fail(Errc::malformed_token, "typ");
  const auto parsed =
      common::jose::parse_json(verified->payload, {.max_bytes = 16 * 1024, .max_depth = 8});
  if (!parsed || !parsed->is_object()) return fail(Errc::malformed_token, "claims");
  const json& claims = *parsed;
  for (const auto& done :
       {check_parties(claims, {provider.issuer, provider.client_id}), check_times(claims, now),
        check_login(claims, provider, expected, now)}) {
    if (!done) return fail(done.error());
  }
  if (claims.contains("at_hash") &&
      text_claim(claims, "at_hash") !=
          common::jose::access_token_hash(expected.access_token, verified->algorithm)) {
    return fail(Errc::wrong_token_hash);
  }
  if (!provider.tenant.empty() && text_claim(claims, "tid") != provider.tenant) {
    return fail(Errc::wrong_tenant);
  }
  IdToken out = to_id_token(claims);
  if (out.subject.empty() || out.subject.size() > max_subject || out.sid.size() > max_subject) {
    return fail(Errc::malformed_token, "sub");
  }
  return out;
}

Result<Claims> check_userinfo(std::string_view text, std::string_view subject) {
  const auto parsed = common::jose::parse_json(text, {.max_bytes = 64 * 1024, .max_depth = 8});
  if (!parsed || !parsed->is_object()) return fail(Errc::malformed_answer, "userinfo");
  if (text_claim(*parsed, "sub") != subject) return fail(Errc::foreign_subject);
  return claims_of(*parsed);
}

}  // namespace waf::federation
