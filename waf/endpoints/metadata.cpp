// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/metadata.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "waf/accounts/acr.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/grants/access_code.hpp"
#include "waf/grants/device_code.hpp"
#include "waf/grants/grant_types.hpp"
#include "waf/grants/pool.hpp"

namespace waf {
namespace {

HttpResponse cacheable_json(std::string json, seconds max_age) {
  HttpResponse out = json_response(200, std::move(json));
  out.headers.set("Cache-Control", "public, max-age=" + std::to_string(max_age.count()));
  return out;
}

/// What clients may do to say who they are, beside naming themselves.
std::vector<std::string> proofs(const Settings& settings) {
  std::vector<std::string> out = {"client_secret_basic", "client_secret_post", "private_key_jwt"};
  if (!settings.mtls_url.empty()) {
    out.insert(out.end(), {"tls_client_auth", "self_signed_tls_client_auth"});
  }
  return out;
}

std::vector<std::string_view> grant_types(const Settings& settings) {
  auto out = grant_type_names();
  if (settings.pools.empty()) std::erase(out, pool_grant_type);
  if (!settings.devices.device_grant.enabled) std::erase(out, device_code_grant);
  if (!settings.devices.access_codes.enabled) std::erase(out, access_code_grant);
  return out;
}

/// RFC 8705: the same endpoints where client certificates are asked for.
void add_mtls(const Settings& settings, nlohmann::json& document) {
  if (settings.mtls_url.empty()) return;
  document["tls_client_certificate_bound_access_tokens"] = true;
  auto& aliases = document["mtls_endpoint_aliases"];
  for (const char* name :
       {"token_endpoint", "revocation_endpoint", "introspection_endpoint", "userinfo_endpoint",
        "pushed_authorization_request_endpoint", "device_authorization_endpoint"}) {
    const auto endpoint = document.find(name);
    if (endpoint == document.end()) continue;
    aliases[name] = settings.mtls_url + endpoint->get<std::string>().substr(settings.issuer.size());
  }
}

void add_devices(const Settings& settings, nlohmann::json& document) {
  const DeviceSettings& devices = settings.devices;
  document["pushed_authorization_request_endpoint"] = settings.issuer + "/par";
  document["require_pushed_authorization_requests"] = devices.par.required;
  document["dpop_signing_alg_values_supported"] = {"ES256", "EdDSA", "RS256"};
  if (devices.device_grant.enabled) {
    document["device_authorization_endpoint"] = settings.issuer + "/device_authorization";
  }
  if (devices.challenge.enabled) {
    document["authorization_challenge_endpoint"] = settings.issuer + "/authorize-challenge";
  }
}

void add_clients(const Settings& settings, nlohmann::json& document) {
  const auto with_proof = proofs(settings);
  auto all = with_proof;
  all.insert(all.begin(), "none");
  const nlohmann::json algorithms = {"ES256", "EdDSA", "PS256", "RS256"};
  document["introspection_endpoint"] = settings.issuer + "/introspect";
  document["revocation_events_endpoint"] = settings.issuer + "/events";  // token-auth 6.4
  for (const char* endpoint : {"token", "revocation", "introspection"}) {
    const std::string prefix = std::string(endpoint) + "_endpoint_auth_";
    document[prefix + "methods_supported"] =
        std::string_view(endpoint) == "introspection" ? with_proof : all;
    document[prefix + "signing_alg_values_supported"] = algorithms;
  }
  document["grant_types_supported"] = grant_types(settings);
  add_devices(settings, document);
  if (settings.registration) document["registration_endpoint"] = settings.issuer + "/register";
  add_mtls(settings, document);
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
  nlohmann::json document = {
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/authorize"},
      {"token_endpoint", issuer + "/token"},
      {"jwks_uri", issuer + "/jwks"},
      {"userinfo_endpoint", issuer + "/userinfo"},
      {"end_session_endpoint", issuer + "/logout"},
      {"backchannel_logout_supported", true},
      {"backchannel_logout_session_supported", true},
      {"revocation_endpoint", issuer + "/revoke"},
      {"scopes_supported", scopes},
      {"response_types_supported", {"code"}},
      {"response_modes_supported", {"query"}},
      {"code_challenge_methods_supported", {"S256"}},
      {"authorization_response_iss_parameter_supported", true},
      {"subject_types_supported", {"public"}},
      {"id_token_signing_alg_values_supported", algorithms},
      {"prompt_values_supported", {"none", "login", "consent", "select_account"}},
      {"acr_values_supported", known_acrs()},
      {"ui_locales_supported", context.settings.texts.languages()},
      {"claims_supported",
       {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash",
        "name", "preferred_username", "sip_uri"}},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false},
  };
  add_clients(context.settings, document);
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
