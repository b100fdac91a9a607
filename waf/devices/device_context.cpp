// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/device_context.hpp"

#include <algorithm>

namespace waf {

DeviceContext::DeviceContext(const DeviceSettings& settings, const std::string& secret,
                             common::Metrics& given_metrics)
    : box(settings.access_codes.key.empty() ? secret : settings.access_codes.key),
      pushed_per_address(settings.par.per_address),
      devices_per_address(settings.device_grant.per_address),
      entries_per_session(settings.device_grant.entries_per_session),
      entries_per_account(settings.device_grant.entries_per_account),
      entries_per_address(settings.device_grant.entries_per_address),
      minted_per_user(settings.access_codes.minted_per_user),
      failures_per_source(settings.access_codes.failures_per_source),
      failures_per_realm(settings.access_codes.failures_per_realm),
      metrics(given_metrics) {}

void DeviceContext::count(const std::string& what) {
  metrics
      .counter("waf_access_codes_total", "Access codes and their devices by event",
               {{"event", what}})
      .add();
}

std::string source_network(const common::IpAddress& address) {
  common::IpAddress prefix = address;
  const std::ptrdiff_t kept = prefix.is_v6() ? 6 : 3;
  const std::ptrdiff_t length = prefix.is_v6() ? 16 : 4;
  std::fill(prefix.octets.begin() + kept, prefix.octets.begin() + length, std::uint8_t{0});
  return prefix.to_string();
}

}  // namespace waf
