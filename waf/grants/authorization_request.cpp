// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/authorization_request.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "common/jose/json.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_tokens.hpp"
#include "waf/grants/redirect_uri.hpp"
#include "waf/tokens/pkce.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t max_state = 1024;
constexpr std::size_t max_nonce = 512;
constexpr std::size_t max_login_hint = 128;
constexpr std::size_t max_acr_values = 512;
constexpr std::size_t max_ui_locales = 128;
constexpr long long max_max_age = 10LL * 365 * 86400;

Result<void> read_prompt(const std::string& text, AuthorizationRequest& out) {
  const auto values = common::jose::split_scopes(text);
  for (const auto& value : values) {
    if (value == "none") {
      out.may_not_ask = true;
    } else if (value == "login" || value == "select_account") {
      out.must_log_in = true;
    } else if (value == "consent") {
      out.must_consent = true;
    } else {
      return fail(Errc::invalid_request, "unknown prompt value");
    }
  }
  if (out.may_not_ask && values.size() > 1) {
    return fail(Errc::invalid_request, "prompt=none stands alone");
  }
  return {};
}

Result<void> read_max_age(const std::string& text, AuthorizationRequest& out) {
  if (text.empty()) return {};
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 ||
      value > max_max_age) {
    return fail(Errc::invalid_request, "max_age is no count of seconds");
  }
  out.max_age = seconds(value);
  return {};
}

Result<void> read_scope(const std::string& text, const Client& client, AuthorizationRequest& out) {
  for (const auto& scope : common::jose::split_scopes(text)) {
    if (std::find(client.scopes.begin(), client.scopes.end(), scope) == client.scopes.end()) {
      return fail(Errc::invalid_scope, "this client may not ask for one of the scopes");
    }
    if (std::find(out.scopes.begin(), out.scopes.end(), scope) == out.scopes.end()) {
      out.scopes.push_back(scope);
    }
  }
  if (out.scopes.empty()) out.scopes = client.default_scopes;
  return {};
}

Result<void> read_pkce(const Parameters& parameters, AuthorizationRequest& out) {
  if (!parameters.has("code_challenge")) {
    return fail(Errc::invalid_request, "code_challenge is required");
  }
  if (parameters.get("code_challenge_method") != "S256") {
    return fail(Errc::invalid_request, "code_challenge_method must be S256");
  }
  out.challenge = parameters.get("code_challenge");
  if (!is_code_challenge(out.challenge)) {
    return fail(Errc::invalid_request, "code_challenge is no SHA-256 in base64url");
  }
  return {};
}

Result<void> check_protocol(const Parameters& parameters) {
  if (parameters.has_repeated()) return fail(Errc::invalid_request, "a parameter is repeated");
  if (parameters.has("request")) return fail(Errc::request_not_supported);
  if (parameters.has("request_uri")) return fail(Errc::request_uri_not_supported);
  if (!parameters.has("response_type")) {
    return fail(Errc::invalid_request, "response_type is required");
  }
  if (parameters.get("response_type") != "code") return fail(Errc::unsupported_response_type);
  if (parameters.has("response_mode") && parameters.get("response_mode") != "query") {
    return fail(Errc::invalid_request, "response_mode must be query");
  }
  return {};
}

Result<void> read_all(const Parameters& parameters, const Client& client, const Settings& settings,
                      AuthorizationRequest& out) {
  if (auto ok = check_protocol(parameters); !ok) return ok;
  if (auto ok = read_pkce(parameters, out); !ok) return ok;
  if (auto ok = read_scope(parameters.get("scope"), client, out); !ok) return ok;
  out.resources = parameters.all("resource");
  for (const auto& resource : out.resources) {
    if (!may_ask_for_audience(settings, client, resource)) return fail(Errc::invalid_target);
  }
  if (auto ok = read_prompt(parameters.get("prompt"), out); !ok) return ok;
  if (auto ok = read_max_age(parameters.get("max_age"), out); !ok) return ok;
  out.nonce = parameters.get("nonce");
  if (out.nonce.size() > max_nonce) return fail(Errc::invalid_request, "nonce is too long");
  out.key_thumbprint = parameters.get("dpop_jkt");
  if (!out.key_thumbprint.empty() && !is_code_challenge(out.key_thumbprint)) {
    return fail(Errc::invalid_request, "dpop_jkt is no SHA-256 in base64url");
  }
  // Dropped rather than cut: a cut could leave half a character.
  if (const auto& hint = parameters.get("login_hint"); hint.size() <= max_login_hint) {
    out.login_hint = hint;
  }
  out.id_token_hint = parameters.get("id_token_hint");
  if (const auto& acrs = parameters.get("acr_values"); acrs.size() <= max_acr_values) {
    out.acr_values = common::jose::split_scopes(acrs);
  }
  if (const auto& locales = parameters.get("ui_locales"); locales.size() <= max_ui_locales) {
    out.ui_locales = locales;
  }
  return {};
}

}  // namespace

tl::expected<AuthorizationRequest, AuthorizationRefusal> check_authorization_request(
    const Parameters& parameters, Store& store, const Settings& settings) {
  const auto refuse = [](common::Error error) {
    return tl::unexpected(AuthorizationRefusal{std::move(error), std::nullopt, {}});
  };
  if (parameters.is_repeated("client_id") || parameters.is_repeated("redirect_uri")) {
    return refuse({Errc::invalid_request, "client_id or redirect_uri is repeated"});
  }
  const auto client = store.find_client(parameters.get("client_id"));
  if (!client || !client->enabled) return refuse({Errc::unknown_client, {}});
  AuthorizationRequest out;
  out.client_id = client->id;
  out.client_name = client->name;
  out.redirect_uri = parameters.get("redirect_uri");
  if (!is_registered_redirect(out.redirect_uri, client->redirect_uris)) {
    return refuse({Errc::unregistered_redirect_uri, {}});
  }
  // A state that cannot be returned as it came is left out of the error.
  out.state = parameters.is_repeated("state") ? "" : parameters.get("state");
  if (out.state.size() > max_state) {
    return tl::unexpected(
        AuthorizationRefusal{{Errc::invalid_request, "state is too long"}, out.redirect_uri, {}});
  }
  if (auto ok = read_all(parameters, *client, settings, out); !ok) {
    return tl::unexpected(AuthorizationRefusal{ok.error(), out.redirect_uri, out.state});
  }
  return out;
}

std::string success_redirect(const AuthorizationRequest& request, std::string_view code,
                             std::string_view issuer) {
  common::FormFields fields = {{"code", std::string(code)}};
  if (!request.state.empty()) fields.emplace_back("state", request.state);
  fields.emplace_back("iss", std::string(issuer));
  return with_parameters(request.redirect_uri, fields);
}

std::string error_redirect(std::string_view redirect_uri, std::string_view state,
                           const common::Error& error, std::string_view issuer) {
  common::FormFields fields = {{"error", error.code.message()}};
  if (!error.detail.empty()) fields.emplace_back("error_description", error.detail);
  if (!state.empty()) fields.emplace_back("state", std::string(state));
  fields.emplace_back("iss", std::string(issuer));
  return with_parameters(redirect_uri, fields);
}

std::string AuthorizationRequest::to_json() const {
  nlohmann::json out = {{"client_id", client_id},
                        {"client_name", client_name},
                        {"redirect_uri", redirect_uri},
                        {"state", state},
                        {"nonce", nonce},
                        {"challenge", challenge},
                        {"key_thumbprint", key_thumbprint},
                        {"scopes", scopes},
                        {"resources", resources},
                        {"login_hint", login_hint},
                        {"must_log_in", must_log_in},
                        {"must_consent", must_consent},
                        {"max_age", max_age ? max_age->count() : -1},
                        {"acr_values", acr_values},
                        {"ui_locales", ui_locales}};
  return out.dump();
}

Result<AuthorizationRequest> AuthorizationRequest::from_json(std::string_view text) {
  const auto object = common::jose::parse_json(text, {});
  if (!object) return fail(Errc::stale_form);
  AuthorizationRequest out;
  out.client_id = object->at("client_id").get<std::string>();
  out.client_name = object->at("client_name").get<std::string>();
  out.redirect_uri = object->at("redirect_uri").get<std::string>();
  out.state = object->at("state").get<std::string>();
  out.nonce = object->at("nonce").get<std::string>();
  out.challenge = object->at("challenge").get<std::string>();
  out.key_thumbprint = object->at("key_thumbprint").get<std::string>();
  out.scopes = object->at("scopes").get<std::vector<std::string>>();
  out.resources = object->at("resources").get<std::vector<std::string>>();
  out.login_hint = object->at("login_hint").get<std::string>();
  out.must_log_in = object->at("must_log_in").get<bool>();
  out.must_consent = object->at("must_consent").get<bool>();
  const auto max_age = object->at("max_age").get<std::int64_t>();
  if (max_age >= 0) out.max_age = seconds(max_age);
  out.acr_values = object->at("acr_values").get<std::vector<std::string>>();
  out.ui_locales = object->at("ui_locales").get<std::string>();
  return out;
}

}  // namespace waf
