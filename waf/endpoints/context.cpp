// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/context.hpp"

#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::size_t feed_id_octets = 9;

}  // namespace

void EndpointMetrics::login(const std::string& result) {
  metrics_.counter("waf_logins_total", "Password logins by result", {{"result", result}}).add();
}

void EndpointMetrics::granted(std::string_view grant) {
  auto found = granted_.find(grant);
  if (found == granted_.end()) {
    const std::string name(grant);
    found = granted_
                .emplace(name, metrics_.counter("waf_grants_total", "Token responses by grant",
                                                {{"grant", name}}))
                .first;
  }
  found->second.add();
}

void EndpointMetrics::refused(const std::string& endpoint, const std::string& error) {
  metrics_
      .counter("waf_refusals_total", "Refused requests by endpoint and error",
               {{"endpoint", endpoint}, {"error", error}})
      .add();
}

void EndpointMetrics::limited(const std::string& endpoint) {
  metrics_.counter("waf_rate_limited_total", "Requests over a limit", {{"endpoint", endpoint}})
      .add();
}

void EndpointMetrics::pool_exhausted(const std::string& client) {
  metrics_
      .counter("waf_pool_exhausted_total", "Allocations refused: no identity of the pool was free",
               {{"client", client}})
      .add();
}

EndpointContext::EndpointContext(const Settings& given_settings, Store& given_store,
                                 KeyRing& given_keys, common::RandomSource& given_random,
                                 Assets given_assets, std::string given_dummy_hash,
                                 common::Metrics& given_metrics)
    : settings(given_settings),
      store(given_store),
      keys(given_keys),
      random(given_random),
      assets(std::move(given_assets)),
      dummy_hash(std::move(given_dummy_hash)),
      secret(store.shared_secret("form-and-refresh", random.base64url(secret_octets))),
      issuer(settings, keys, random),
      devices(settings.devices, secret, given_metrics),
      authenticator(store, settings.issuer),
      reader(settings, store, keys, authenticator.clients()),
      grants{settings, store, issuer, reader, random, secret, devices},
      sealer(secret),
      throttle(settings, store),
      dpop_nonces(secret, settings.devices.dpop.nonce_lifetime),
      dpop_replays({.max_age = settings.devices.dpop.max_age},
                   static_cast<std::size_t>(settings.devices.dpop.remembered)),
      token_per_client(settings.token_per_client),
      token_per_machine(settings.token_per_machine),
      token_per_address(settings.token_per_address),
      login_per_address(settings.login_per_address),
      login_per_account(settings.login_per_account),
      authorize_per_address(settings.authorize_per_address),
      metrics(given_metrics),
      events(
          settings.events, settings.issuer,
          store.shared_secret("event-feed", random.base64url(feed_id_octets)), store,
          [this](std::string_view claims) { return keys.sign_event(claims); }, given_metrics),
      federation(settings.federation),
      logouts(settings, store, keys, random, given_metrics) {
  reload_origins();
}

void EndpointContext::reload_origins() {
  origins.clear();
  for (const Client& client : store.clients()) {
    if (client.enabled) origins.insert(client.origins.begin(), client.origins.end());
  }
}

pages::Look EndpointContext::look_for(const common::HttpRequest& http,
                                      std::string_view ui_locales) const {
  return {settings.brand, settings.texts.choose(ui_locales, http.headers.get("Accept-Language"))};
}

}  // namespace waf
