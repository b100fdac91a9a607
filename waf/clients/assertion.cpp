// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/assertion.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using common::SystemTime;
using nlohmann::json;
using std::chrono::seconds;

constexpr seconds longest_life{60};
constexpr seconds skew{30};
constexpr std::size_t max_id = 255;

std::string text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

std::optional<SystemTime> time_member(const json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_number()) return std::nullopt;
  const auto value = member->get<double>();
  if (!std::isfinite(value) || value < 0 || value > 1e12) return std::nullopt;
  return common::system_time(static_cast<long long>(value));
}

/// The issuer alone, or together with the token endpoint as older clients send it. An assertion
/// that is good for another server as well could be used by that server.
bool is_our_audience(const json& claims, std::string_view issuer) {
  const auto audience = claims.find("aud");
  if (audience == claims.end()) return false;
  if (audience->is_string()) return audience->get<std::string>() == issuer;
  if (!audience->is_array() || audience->empty()) return false;
  const std::string endpoint = std::string(issuer) + "/token";
  const bool only_ours = std::all_of(audience->begin(), audience->end(), [&](const json& one) {
    return one.is_string() && (one == issuer || one == endpoint);
  });
  return only_ours && std::find(audience->begin(), audience->end(), issuer) != audience->end();
}

Result<void> check_times(const json& claims, SystemTime now, ClientAssertion& out) {
  const auto expires = time_member(claims, "exp");
  if (!expires) return fail(Errc::invalid_client, "assertion without exp");
  if (*expires <= now) return fail(Errc::invalid_client, "assertion has expired");
  if (*expires > now + longest_life + skew) {
    return fail(Errc::invalid_client, "assertion lives longer than a minute");
  }
  for (const char* name : {"iat", "nbf"}) {
    if (!claims.contains(name)) continue;
    const auto time = time_member(claims, name);
    if (!time || *time > now + skew) return fail(Errc::invalid_client, "assertion of the future");
  }
  out.expires_at = *expires;
  return {};
}

}  // namespace

Result<ClientAssertion> read_client_assertion(std::string_view assertion, std::string_view issuer,
                                              SystemTime now) {
  using common::jose::Algorithm;
  static const common::jose::JwsPolicy policy = {
      .types = {},
      .algorithms = {Algorithm::es256, Algorithm::eddsa, Algorithm::ps256, Algorithm::rs256},
      .max_bytes = 8192,
      .key_id_optional = true};
  auto jws = common::jose::parse_jws(assertion, policy);
  if (!jws) return fail(Errc::invalid_client, "assertion: " + jws.error().message());
  // Ours are for other uses, and nobody shall hand us one of those as a client's word.
  if (!jws->type.empty() && jws->type != "JWT" && jws->type != "client-authentication+jwt") {
    return fail(Errc::invalid_client, "assertion of another type");
  }
  const auto claims = common::jose::parse_json(jws->payload, {.max_bytes = 4096, .max_depth = 4});
  if (!claims || !claims->is_object()) return fail(Errc::invalid_client, "assertion's claims");
  ClientAssertion out;
  out.jws = std::move(*jws);
  out.client_id = text_member(*claims, "sub");
  out.id = text_member(*claims, "jti");
  if (out.client_id.empty() || text_member(*claims, "iss") != out.client_id) {
    return fail(Errc::invalid_client, "assertion: iss and sub must be the client");
  }
  if (out.id.empty() || out.id.size() > max_id) {
    return fail(Errc::invalid_client, "assertion without jti");
  }
  if (!is_our_audience(*claims, issuer)) {
    return fail(Errc::invalid_client, "assertion for another audience");
  }
  if (auto times = check_times(*claims, now, out); !times) return fail(times.error());
  return out;
}

AssertionKey check_signature(const ClientAssertion& assertion, const common::jose::KeySet& keys) {
  const auto& jws = assertion.jws;
  const auto made_by = [&jws](const common::jose::PublicKey& key) {
    return key.algorithm() == jws.algorithm && key.verify(jws.signed_text, jws.signature);
  };
  if (!jws.kid.empty()) {
    const auto* key = keys.find(jws.kid);
    if (key == nullptr) return AssertionKey::unknown;
    return made_by(*key) ? AssertionKey::good : AssertionKey::wrong;
  }
  for (const std::string& kid : keys.kids()) {
    if (made_by(*keys.find(kid))) return AssertionKey::good;
  }
  return AssertionKey::unknown;
}

}  // namespace waf
