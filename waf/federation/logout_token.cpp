// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/logout_token.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/token_claims.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;
using common::SystemTime;
using nlohmann::json;

constexpr const char* event = "http://schemas.openid.net/event/backchannel-logout";
constexpr std::size_t max_id = 255;
constexpr std::chrono::seconds own_lifetime{120};
constexpr std::chrono::hours longest_life{24};  // how long a jti may have to be remembered

bool is_logout_type(std::string_view type) {
  return type == logout_token_type || type == "application/logout+jwt" || type == "JWT" ||
         type == "jwt" || type.empty();
}

bool has_event(const json& claims) {
  const auto events = claims.find("events");
  return events != claims.end() && events->is_object() && events->contains(event) &&
         events->at(event).is_object();
}

}  // namespace

Result<LogoutToken> check_logout_token(std::string_view token, const Provider& provider,
                                       const common::jose::KeySet& keys, SystemTime now) {
  const auto verified = verify_token(token, keys, provider.algorithms);
  if (!verified) return fail(verified.error());
  if (!is_logout_type(verified->type)) return fail(Errc::not_a_logout, "typ");
  const auto parsed =
      common::jose::parse_json(verified->payload, {.max_bytes = 8 * 1024, .max_depth = 6});
  if (!parsed || !parsed->is_object()) return fail(Errc::malformed_token, "claims");
  const json& claims = *parsed;
  for (const auto& done :
       {check_parties(claims, {provider.issuer, provider.client_id}), check_times(claims, now)}) {
    if (!done) return fail(done.error());
  }
  if (!has_event(claims)) return fail(Errc::not_a_logout, "events");
  if (claims.contains("nonce")) return fail(Errc::nonce_in_logout);
  LogoutToken out;
  out.subject = text_claim(claims, "sub");
  out.sid = text_claim(claims, "sid");
  out.id = text_claim(claims, "jti");
  out.expires_at = time_claim(claims, "exp").value().value();
  if (out.subject.empty() && out.sid.empty()) return fail(Errc::malformed_token, "sub or sid");
  if (out.id.empty() || out.id.size() > max_id || out.subject.size() > max_id ||
      out.sid.size() > max_id) {
    return fail(Errc::malformed_token, "jti");
  }
  if (out.expires_at > now + longest_life) return fail(Errc::malformed_token, "exp");
  return out;
}

std::string logout_claims(const OwnLogoutToken& token, SystemTime now) {
  json claims = {{"iss", token.issuer},
                 {"aud", token.client_id},
                 {"sub", token.subject},
                 {"iat", common::unix_seconds(now)},
                 {"exp", common::unix_seconds(now + own_lifetime)},
                 {"jti", token.id},
                 {"events", {{event, json::object()}}}};
  if (!token.sid.empty()) claims["sid"] = token.sid;
  return claims.dump();
}

}  // namespace waf::federation
