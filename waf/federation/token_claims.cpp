// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/token_claims.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "common/jose/errc.hpp"
#include "waf/federation/errc.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;
using nlohmann::json;

// Groups make corporate ID tokens long.
constexpr std::size_t max_token = 16 * 1024;

Errc reason_of(const common::Error& error) {
  if (error == common::jose::Errc::unknown_key || error == common::jose::Errc::key_mismatch) {
    return Errc::unknown_key;
  }
  return error == common::jose::Errc::bad_signature ? Errc::bad_signature : Errc::malformed_token;
}

}  // namespace

Result<VerifiedToken> verify_token(std::string_view token, const common::jose::KeySet& keys,
                                   const std::vector<common::jose::Algorithm>& algorithms) {
  if (std::count(token.begin(), token.end(), '.') == 4) return fail(Errc::encrypted_token);
  common::jose::JwsPolicy policy;
  policy.algorithms = algorithms;
  policy.max_bytes = max_token;
  auto jws = common::jose::verify_jws(token, keys, policy);
  if (!jws) return fail(reason_of(jws.error()), jws.error().message());
  return VerifiedToken{std::move(jws->type), jws->algorithm, std::move(jws->payload)};
}

std::string text_claim(const json& claims, const char* name) {
  const auto member = claims.find(name);
  return member != claims.end() && member->is_string() ? member->get<std::string>() : "";
}

Result<std::optional<common::SystemTime>> time_claim(const json& claims, const char* name) {
  const auto member = claims.find(name);
  if (member == claims.end()) return std::nullopt;
  constexpr double most = 9007199254740992.0;  // 2^53
  const double value = member->is_number() ? member->get<double>() : -1;
  if (!(value >= 0 && value <= most)) return fail(Errc::malformed_token, name);
  return common::system_time(static_cast<long long>(std::floor(value)));
}

Result<void> check_parties(const json& claims, const TokenParties& parties) {
  if (text_claim(claims, "iss") != parties.issuer) return fail(Errc::foreign_issuer);
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return fail(Errc::wrong_audience);
  const bool several = audience->is_array() && audience->size() > 1;
  const bool ours = audience->is_array()
                        ? std::any_of(audience->begin(), audience->end(),
                                      [&](const json& one) {
                                        return one.is_string() && one == parties.client_id;
                                      })
                        : audience->is_string() && *audience == parties.client_id;
  if (!ours) return fail(Errc::wrong_audience);
  // OpenID Connect Core 3.1.3.7, 4 and 5.
  if ((several || claims.contains("azp")) && text_claim(claims, "azp") != parties.client_id) {
    return fail(Errc::wrong_party);
  }
  return {};
}

Result<void> check_times(const json& claims, common::SystemTime now) {
  const auto expires = time_claim(claims, "exp");
  if (!expires) return fail(expires.error());
  const auto issued = time_claim(claims, "iat");
  if (!issued) return fail(issued.error());
  if (!*expires || !*issued) return fail(Errc::malformed_token, "exp and iat are required");
  if (**expires + clock_skew <= now) return fail(Errc::token_expired);
  if (**issued > now + clock_skew) return fail(Errc::issued_in_the_future);
  return {};
}

}  // namespace waf::federation
