// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/endpoint.hpp"
#include "common/time.hpp"
#include "waf/settings.hpp"

namespace waf {

/// Token buckets by key. Bounded: when full, buckets that have refilled are dropped, and if none
/// has, new keys are refused (an attacker who fills the table must not switch the limit off).
class RateLimiter {
 public:
  explicit RateLimiter(RateLimit limit, std::size_t max_keys = 100'000);

  /// Takes one token; false when there is none.
  [[nodiscard]] bool allow(std::string_view key, common::SystemTime now);
  /// What allow() would say, without taking a token.
  [[nodiscard]] bool would_allow(std::string_view key, common::SystemTime now) const;
  /// Until one more token is there: what Retry-After says.
  [[nodiscard]] seconds retry_after() const;

 private:
  struct Bucket {
    double tokens = 0;
    common::SystemTime at{};
  };
  [[nodiscard]] double refilled(const Bucket& bucket, common::SystemTime now) const;
  void make_room(common::SystemTime now);

  RateLimit limit_;
  std::size_t max_keys_;
  common::SystemTime looked_for_room_{};
  std::unordered_map<std::string, Bucket> buckets_;
};

/// The key a peer is counted under: an IPv4 address, or the /64 of an IPv6 one.
[[nodiscard]] std::string rate_key(const common::IpAddress& address);

}  // namespace waf
