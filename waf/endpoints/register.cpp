// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/register.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/log.hpp"
#include "waf/clients/metadata.hpp"
#include "waf/endpoints/bearer.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t client_id_octets = 12;

HttpResponse refuse(EndpointContext& context, const HttpRequest& http, const common::Error& error) {
  context.metrics.refused("register", error.code.message());
  common::log::info("register refused from {}: {}", http.peer.address.to_string(), error.message());
  // Strangers with guessed tokens are counted like strangers with guessed secrets.
  if (error == Errc::invalid_token || error == Errc::login_required) {
    return bearer_challenge(context, error, {});
  }
  return oauth_error(error);
}

std::string bearer_of(const HttpRequest& http) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view value = http.headers.get("Authorization");
  if (http.headers.count("Authorization") != 1 || !value.starts_with(scheme)) return {};
  return std::string(value.substr(scheme.size()));
}

bool needs_secret(const Client& client) {
  return client.authentication == ClientAuthentication::client_secret_basic ||
         client.authentication == ClientAuthentication::client_secret_post;
}

/// A fresh secret; the client keeps only its digest.
std::string give_secret(EndpointContext& context, Client& client, SystemTime now) {
  std::string secret = context.random.base64url(secret_octets);
  client.secrets = {{digest_of(secret), now, SystemTime{}}};
  return secret;
}

HttpResponse describe(const EndpointContext& context, unsigned status, const Client& client,
                      const std::string& secret, const std::string& token) {
  auto body = nlohmann::json::parse(metadata_of(client));
  body["client_id_issued_at"] = common::unix_seconds(client.registered_at);
  body["registration_client_uri"] =
      context.settings.issuer + "/register?client_id=" + common::percent_encode(client.id);
  body["registration_access_token"] = token;
  if (!secret.empty()) {
    body["client_secret"] = secret;
    body["client_secret_expires_at"] = 0;
  }
  return json_response(status, body.dump());
}

bool is_json(const HttpRequest& http) {
  return http.headers.get("Content-Type").starts_with("application/json");
}

/// The client that the registration access token is for (RFC 7592 section 2).
Result<Client> registered_client(EndpointContext& context, const HttpRequest& http) {
  const std::string token = bearer_of(http);
  if (token.empty()) return fail(Errc::login_required, "no registration access token");
  const auto query = common::parse_form(http.query);
  const std::string id = query ? Parameters(*query).get("client_id") : "";
  auto client = context.store.find_client(id);
  if (!client || client->registration_digest.empty() ||
      !common::equal_secrets(client->registration_digest, digest_of(token))) {
    return fail(Errc::invalid_token, "not the registration access token of that client");
  }
  return std::move(*client);
}

/// What is answered before anything is looked at.
std::optional<HttpResponse> turn_away(EndpointContext& context, const HttpRequest& http,
                                      SystemTime now) {
  if (!context.settings.registration) {
    return json_response(404, R"({"error":"invalid_request"})");
  }
  if (context.token_per_address.allow(rate_key(http.peer.address), now)) return std::nullopt;
  context.metrics.limited("register");
  return too_many_requests(context.token_per_address.retry_after(), false);
}

}  // namespace

HttpResponse handle_register(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  if (auto away = turn_away(context, http, now)) return std::move(*away);
  const std::string initial = bearer_of(http);
  if (initial.empty()) return refuse(context, http, {Errc::login_required, "no initial token"});
  if (!is_json(http)) {
    return refuse(context, http, {Errc::invalid_client_metadata, "expected application/json"});
  }
  auto client = client_from_metadata(http.body, context.settings);
  // The token is looked at first: without one nobody learns what would be accepted.
  bool allowed = false;
  std::string secret;
  std::string token = context.random.base64url(secret_octets);
  context.store.atomically([&] {
    allowed = context.store.use_initial_token(digest_of(initial), now);
    if (!allowed || !client) return;
    client->id = "c-" + context.random.base64url(client_id_octets);
    if (client->name.empty()) client->name = client->id;
    client->registration_digest = digest_of(token);
    client->registered_at = now;
    if (needs_secret(*client)) secret = give_secret(context, *client, now);
    context.store.put_client(*client);
  });
  if (!allowed) return refuse(context, http, {Errc::invalid_token, "initial access token"});
  if (!client) return refuse(context, http, client.error());
  common::log::info("client {} registered itself from {}", client->id,
                    http.peer.address.to_string());
  context.reload_origins();
  return describe(context, 201, *client, secret, token);
}

HttpResponse handle_registration_read(EndpointContext& context, const HttpRequest& http,
                                      SystemTime now) {
  if (auto away = turn_away(context, http, now)) return std::move(*away);
  const auto client = registered_client(context, http);
  if (!client) return refuse(context, http, client.error());
  return describe(context, 200, *client, {}, bearer_of(http));
}

HttpResponse handle_registration_update(EndpointContext& context, const HttpRequest& http,
                                        SystemTime now) {
  if (auto away = turn_away(context, http, now)) return std::move(*away);
  const auto former = registered_client(context, http);
  if (!former) return refuse(context, http, former.error());
  if (!is_json(http)) {
    return refuse(context, http, {Errc::invalid_client_metadata, "expected application/json"});
  }
  auto client = client_from_metadata(http.body, context.settings);
  if (!client) return refuse(context, http, client.error());
  client->id = former->id;
  if (client->name.empty()) client->name = client->id;
  client->enabled = former->enabled;
  client->registered_at = former->registered_at;
  client->registration_digest = former->registration_digest;
  std::string secret;
  if (needs_secret(*client)) {
    client->secrets = former->secrets;
    if (client->secrets.empty()) secret = give_secret(context, *client, now);
  }
  context.store.put_client(*client);
  context.reload_origins();
  return describe(context, 200, *client, secret, bearer_of(http));
}

HttpResponse handle_registration_delete(EndpointContext& context, const HttpRequest& http,
                                        SystemTime now) {
  if (auto away = turn_away(context, http, now)) return std::move(*away);
  const auto client = registered_client(context, http);
  if (!client) return refuse(context, http, client.error());
  revoke_client(context.settings, context.store, client->id, now);
  context.store.remove_client(client->id);
  context.reload_origins();
  common::log::info("client {} took back its registration", client->id);
  HttpResponse out;
  out.status = 204;
  out.headers.add("Cache-Control", "no-store");
  return out;
}

}  // namespace waf
