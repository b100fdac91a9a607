// SPDX-License-Identifier: Apache-2.0
#include "waf/limits/rate_limiter.hpp"

#include <algorithm>

namespace waf {

RateLimiter::RateLimiter(RateLimit limit, std::size_t max_keys)
    : limit_(limit), max_keys_(max_keys) {}

double RateLimiter::refilled(const Bucket& bucket, common::SystemTime now) const {
  const auto passed = std::max<long long>((now - bucket.at).count(), 0);
  const double rate =
      static_cast<double>(limit_.count) / static_cast<double>(limit_.period.count());
  return std::min(static_cast<double>(limit_.count),
                  bucket.tokens + rate * static_cast<double>(passed));
}

void RateLimiter::make_room(common::SystemTime now) {
  // Once a second, or a full table would cost a walk over it with every request.
  if (now < looked_for_room_ + seconds(1) && now >= looked_for_room_) return;
  looked_for_room_ = now;
  std::erase_if(buckets_, [&](const auto& entry) {
    return refilled(entry.second, now) >= static_cast<double>(limit_.count);
  });
}

bool RateLimiter::allow(std::string_view key, common::SystemTime now) {
  std::string name(key);
  auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    if (buckets_.size() >= max_keys_) make_room(now);
    if (buckets_.size() >= max_keys_) return false;
    const Bucket full{static_cast<double>(limit_.count), now};
    found = buckets_.emplace(std::move(name), full).first;
  }
  Bucket& bucket = found->second;
  bucket.tokens = refilled(bucket, now);
  bucket.at = std::max(bucket.at, now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool RateLimiter::would_allow(std::string_view key, common::SystemTime now) const {
  const auto found = buckets_.find(std::string(key));
  if (found == buckets_.end()) return true;
  return refilled(found->second, now) >= 1;
}

seconds RateLimiter::retry_after() const {
  return std::max(seconds(1), limit_.period / std::max<std::int64_t>(limit_.count, 1));
}

std::string rate_key(const common::IpAddress& address) {
  common::IpAddress prefix = address;
  if (prefix.is_v6()) std::fill(prefix.octets.begin() + 8, prefix.octets.end(), std::uint8_t{0});
  return prefix.to_string();
}

}  // namespace waf
