// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "waf/devices/settings.hpp"
#include "waf/events/settings.hpp"
#include "waf/federation/federation_settings.hpp"
#include "waf/pages/brand.hpp"
#include "waf/pages/texts.hpp"
#include "waf/pool_settings.hpp"
#include "waf/rate_limit.hpp"

namespace waf {

struct PasswordCost {
  std::uint32_t memory_kib = 19456;
  std::uint32_t iterations = 2;
  std::uint32_t lanes = 1;
};

/// What the grants and endpoints need to know; filled from config/waf.toml.
struct Settings {
  std::string issuer;                        // exactly as it stands in tokens and metadata; no path
  std::string audience;                      // the gateway, "sip:gateway.ims.example"
  std::string waf_identity;                  // claim ims.waf
  std::string wwsf_identity;                 // claim ims.wwsf
  std::vector<std::string> gateway_origins;  // the softphone page may connect there
  seconds hsts{0};                           // 0: no header

  seconds access_token_lifetime{600};
  seconds id_token_lifetime{600};
  seconds code_lifetime{60};
  seconds refresh_idle{12 * 3600};
  seconds refresh_absolute{30 * 86400};
  seconds refresh_leeway{5};
  seconds session_idle{1800};
  seconds session_absolute{36000};
  seconds login_form_lifetime{1800};

  RateLimit token_per_client{20, seconds(1)};    // of a public client
  RateLimit token_per_machine{500, seconds(1)};  // of a client that authenticates
  RateLimit token_per_address{5, seconds(1)};
  RateLimit login_per_address{10, seconds(60)};
  RateLimit login_per_account{5, seconds(60)};
  RateLimit authorize_per_address{120, seconds(60)};
  std::int64_t soft_lock_failures = 10;
  seconds soft_lock{900};
  seconds known_browser_lifetime{90 * 86400};

  PasswordCost password_cost;
  pages::Brand brand;
  pages::Catalogues texts;
  DeviceSettings devices;
  EventSettings events;
  std::vector<PoolSettings> pools;
  std::string mtls_url;       // origin of the listener that asks for client certificates; or empty
  bool registration = false;  // clients may register themselves, with an initial access token
  std::vector<std::string> registration_scopes = {"openid", "offline_access"};
  FederationSettings federation;
};

}  // namespace waf
