// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/metrics.hpp"
#include "waf/devices/secret_box.hpp"
#include "waf/limits/rate_limiter.hpp"
#include "waf/settings.hpp"

namespace waf {

/// What the grants for devices share beside the store: secrets, limits, counters. One thread.
struct DeviceContext {
  /// `secret` is the deployment's, for what needs no key outside the store.
  DeviceContext(const DeviceSettings& settings, const std::string& secret,
                common::Metrics& given_metrics);

  /// What happened to an access code: minted, cancelled, signed_in, renewed, wrong, dead,
  /// other_device, suspended, limited, signed_out.
  void count(const std::string& what);

  SecretBox box;
  RateLimiter pushed_per_address;
  RateLimiter devices_per_address;
  RateLimiter entries_per_session;
  RateLimiter entries_per_account;
  RateLimiter entries_per_address;
  RateLimiter minted_per_user;
  RateLimiter failures_per_source;
  RateLimiter failures_per_realm;
  common::Metrics& metrics;
};

/// The network a phone's address is counted under: /24 of IPv4, /48 of IPv6.
[[nodiscard]] std::string source_network(const common::IpAddress& address);

}  // namespace waf
