// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/upstream_request.hpp"

#include <nlohmann/json.hpp>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/jose/access_token.hpp"
#include "common/jose/json.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/token_claims.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

constexpr std::chrono::seconds assertion_lifetime{60};

std::string s256(std::string_view verifier) {
  return common::base64url_encode(common::sha256(verifier));
}

/// RFC 6749 2.3.1: both halves are form-encoded before they are joined.
std::string basic_credentials(const Provider& provider) {
  const std::string pair = common::percent_encode(provider.client_id) + ":" +
                           common::percent_encode(provider.client_secret);
  return "Basic " + common::base64_encode(common::bytes_of(pair));
}

/// An `error` of a stranger may stand in our log, but only as the words that RFC 6749 allows.
std::string error_word(std::string_view body) {
  const auto parsed = common::jose::parse_json(body, {.max_bytes = 64 * 1024, .max_depth = 8});
  if (!parsed || !parsed->is_object()) return "no JSON";
  std::string out = text_claim(*parsed, "error").substr(0, 64);
  std::erase_if(out, [](char c) { return (c < 'a' || c > 'z') && c != '_'; });
  return out;
}

std::string with_query(std::string_view endpoint, const common::FormFields& fields) {
  const char* joint = endpoint.find('?') == std::string_view::npos ? "?" : "&";
  return std::string(endpoint) + joint + common::encode_form(fields);
}

}  // namespace

std::string redirect_uri_for(std::string_view our_issuer, const Provider& provider) {
  return std::string(our_issuer) + "/federation/" + provider.name + "/callback";
}

std::string authorization_url(const Provider& provider, const ProviderMetadata& metadata,
                              const UpstreamLogin& login, std::string_view our_issuer) {
  common::FormFields fields = {{"response_type", "code"},
                               {"client_id", provider.client_id},
                               {"redirect_uri", redirect_uri_for(our_issuer, provider)},
                               {"scope", common::jose::join_scopes(provider.scopes)},
                               {"state", login.state},
                               {"nonce", login.nonce},
                               {"code_challenge", s256(login.verifier)},
                               {"code_challenge_method", "S256"}};
  if (!login.login_hint.empty()) fields.emplace_back("login_hint", login.login_hint);
  if (login.must_log_in) fields.emplace_back("prompt", "login");
  if (login.max_age) fields.emplace_back("max_age", std::to_string(login.max_age->count()));
  if (!provider.acr_values.empty()) {
    fields.emplace_back("acr_values", common::jose::join_scopes(provider.acr_values));
  }
  return with_query(metadata.authorization_endpoint, fields);
}

std::string end_session_url(const Provider& provider, std::string_view endpoint,
                            std::string_view our_issuer, const std::string& state) {
  return with_query(endpoint,
                    {{"client_id", provider.client_id},
                     {"post_logout_redirect_uri",
                      std::string(our_issuer) + "/federation/" + provider.name + "/signed-out"},
                     {"state", state}});
}

UpstreamPost token_request(const Provider& provider, const ProviderMetadata& metadata,
                           const std::string& code, const std::string& verifier,
                           const std::string& assertion, std::string_view our_issuer) {
  UpstreamPost out;
  out.url = metadata.token_endpoint;
  out.headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                 {"Accept", "application/json"}};
  common::FormFields fields = {{"grant_type", "authorization_code"},
                               {"code", code},
                               {"redirect_uri", redirect_uri_for(our_issuer, provider)},
                               {"code_verifier", verifier}};
  switch (provider.authentication) {
    case ClientAuthentication::private_key_jwt:
      fields.emplace_back("client_id", provider.client_id);
      fields.emplace_back("client_assertion_type",
                          "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
      fields.emplace_back("client_assertion", assertion);
      break;
    case ClientAuthentication::client_secret_basic:
      out.headers.add("Authorization", basic_credentials(provider));
      break;
    case ClientAuthentication::client_secret_post:
      fields.emplace_back("client_id", provider.client_id);
      fields.emplace_back("client_secret", provider.client_secret);
      break;
    default:
      fields.emplace_back("client_id", provider.client_id);
      break;
  }
  out.body = common::encode_form(fields);
  return out;
}

std::string assertion_claims(const Provider& provider, std::string_view id,
                             common::SystemTime now) {
  const std::string& audience =
      provider.assertion_audience.empty() ? provider.issuer : provider.assertion_audience;
  return nlohmann::json{{"iss", provider.client_id},
                        {"sub", provider.client_id},
                        {"aud", audience},
                        {"jti", id},
                        {"iat", common::unix_seconds(now)},
                        {"exp", common::unix_seconds(now + assertion_lifetime)}}
      .dump();
}

Result<UpstreamTokens> parse_token_response(unsigned status, std::string_view body) {
  if (status >= 500) return fail(Errc::provider_unavailable, "token endpoint");
  if (status != 200) return fail(Errc::token_request_refused, error_word(body));
  const auto parsed = common::jose::parse_json(body, {.max_bytes = 256 * 1024, .max_depth = 8});
  if (!parsed || !parsed->is_object()) return fail(Errc::malformed_answer, "token endpoint");
  UpstreamTokens out{text_claim(*parsed, "id_token"), text_claim(*parsed, "access_token")};
  if (out.id_token.empty()) return fail(Errc::malformed_answer, "no id_token");
  return out;
}

}  // namespace waf::federation
