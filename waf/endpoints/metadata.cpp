// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/metadata.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "waf/endpoints/responses.hpp"

namespace waf {
namespace {

HttpResponse cacheable_json(std::string json, seconds max_age) {
  HttpResponse out = json_response(200, std::move(json));
  out.headers.set("Cache-Control", "public, max-age=" + std::to_string(max_age.count()));
  return out;
}

}  // namespace

HttpResponse handle_metadata(const EndpointContext& context) {
  const std::string& issuer = context.settings.issuer;
  std::set<std::string> scopes;
  for (const Client& client : context.store.clients()) {
    scopes.insert(client.scopes.begin(), client.scopes.end());
  }
  std::vector<std::string> algorithms;
  for (const auto one : context.keys.algorithms()) algorithms.emplace_back(name_of(one));
  const nlohmann::json document = {
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/authorize"},
      {"token_endpoint", issuer + "/token"},
      {"jwks_uri", issuer + "/jwks"},
      {"userinfo_endpoint", issuer + "/userinfo"},
      {"end_session_endpoint", issuer + "/logout"},
      {"backchannel_logout_supported", true},
      {"backchannel_logout_session_supported", true},
      {"revocation_endpoint", issuer + "/revoke"},
      {"revocation_endpoint_auth_methods_supported", {"none"}},
      {"scopes_supported", scopes},
      {"response_types_supported", {"code"}},
      {"response_modes_supported", {"query"}},
      {"grant_types_supported", {"authorization_code", "refresh_token"}},
      {"token_endpoint_auth_methods_supported", {"none"}},
      {"code_challenge_methods_supported", {"S256"}},
      {"authorization_response_iss_parameter_supported", true},
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", algorithms},
      {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
      {"acr_values_supported", {"urn:acr:pwd"}},
      {"claims_supported",
       {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash",
        "name", "preferred_username", "sip_uri"}},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
  };
  return cacheable_json(document.dump(), seconds(3600));
}

HttpResponse handle_jwks(const EndpointContext& context, const HttpRequest& http) {
  const std::string& etag = context.keys.jwks_etag();
  const bool known = http.headers.get("If-None-Match") == etag;
  HttpResponse out = cacheable_json(known ? std::string() : context.keys.jwks(), jwks_max_age);
  if (known) out.status = 304;
  out.headers.add("ETag", etag);
  return out;
}

}  // namespace waf
