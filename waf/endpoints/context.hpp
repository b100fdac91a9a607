// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "common/http.hpp"
#include "common/jose/dpop.hpp"
#include "common/metrics.hpp"
#include "common/random.hpp"
#include "waf/admin/key_administration.hpp"
#include "waf/clients/authentication.hpp"
#include "waf/events/event_feed.hpp"
#include "waf/federation/federation.hpp"
#include "waf/federation/logout_queue.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/limits/login_throttle.hpp"
#include "waf/limits/rate_limiter.hpp"
#include "waf/pages/layout.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/dpop_nonces.hpp"
#include "waf/tokens/issuer.hpp"
#include "waf/tokens/key_ring.hpp"
#include "waf/tokens/sealed.hpp"
#include "waf/tokens/token_reader.hpp"

namespace waf {

/// A file of the softphone page, in memory.
struct Asset {
  std::shared_ptr<const std::string> body;
  std::string content_type;
  std::string etag;
  bool immutable = false;  // its name carries a hash of its content
};

using Assets = std::map<std::string, Asset, std::less<>>;  // by path, "/index.html"

/// Counters of the endpoints.
class EndpointMetrics {
 public:
  explicit EndpointMetrics(common::Metrics& metrics) : metrics_(metrics) {}

  void login(const std::string& result);  // ok, refused, throttled
  void granted(std::string_view grant);   // authorization_code, refresh_token, …
  void refused(const std::string& endpoint, const std::string& error);
  void limited(const std::string& endpoint);
  void pool_exhausted(const std::string& client);

 private:
  common::Metrics& metrics_;
  std::map<std::string, common::Counter, std::less<>> granted_;  // by grant
};

/// Everything the endpoints share. Belongs to one thread.
struct EndpointContext {
  EndpointContext(const Settings& settings, Store& store, KeyRing& keys,
                  common::RandomSource& random, Assets assets, std::string dummy_hash,
                  common::Metrics& metrics);

  const Settings& settings;
  Store& store;
  KeyRing& keys;
  common::RandomSource& random;
  Assets assets;
  std::string dummy_hash;  // PHC string checked for unknown users, so that they take as long
  std::string secret;
  TokenIssuer issuer;
  DeviceContext devices;
  ClientAuthenticator authenticator;
  TokenReader reader;
  GrantContext grants;
  Sealer sealer;
  LoginThrottle throttle;
  DpopNonces dpop_nonces;
  common::jose::DpopReplays dpop_replays;
  RateLimiter token_per_client;
  RateLimiter token_per_machine;
  RateLimiter token_per_address;
  RateLimiter login_per_address;
  RateLimiter login_per_account;
  RateLimiter authorize_per_address;
  EndpointMetrics metrics;
  EventFeed events;
  federation::Federation federation;
  federation::LogoutQueue logouts;
  std::set<std::string, std::less<>> origins;  // of all clients, for CORS

  admin::KeyAdministration* key_administration = nullptr;  // none: the keys are managed elsewhere

  void reload_origins();
  /// What a page for this browser is drawn with; `ui_locales` of a client's request goes first.
  [[nodiscard]] pages::Look look_for(const common::HttpRequest& http,
                                     std::string_view ui_locales = {}) const;
};

}  // namespace waf
