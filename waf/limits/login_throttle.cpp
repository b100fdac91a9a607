// SPDX-License-Identifier: Apache-2.0
#include "waf/limits/login_throttle.hpp"

#include <algorithm>

#include "waf/tokens/secrets.hpp"

namespace waf {

seconds LoginThrottle::begin(std::string_view user_name, SystemTime now) {
  // By digest: what is typed as a user name is now and then a password.
  const std::string account = digest_of(user_name);
  LoginFailures failures = store_.login_failures(account);
  if (now < failures.blocked_until) return failures.blocked_until - now;
  if (failures.count >= settings_.soft_lock_failures) failures.count = 0;  // the lock is over
  ++failures.count;
  seconds wait{0};
  if (failures.count >= settings_.soft_lock_failures) {
    wait = settings_.soft_lock;
  } else if (failures.count >= 2) {
    const auto doublings = std::min<std::int64_t>(failures.count - 2, 20);
    wait = std::min(seconds(1LL << doublings), settings_.soft_lock);
  }
  failures.blocked_until = now + wait;
  failures.last = now;
  store_.put_login_failures(account, failures);
  return seconds{0};
}

void LoginThrottle::succeeded(std::string_view user_name) {
  store_.clear_login_failures(digest_of(user_name));
}

void LoginThrottle::take_back(std::string_view user_name, SystemTime now) {
  const std::string account = digest_of(user_name);
  LoginFailures failures = store_.login_failures(account);
  failures.count = std::max<std::int64_t>(failures.count - 1, 0);
  failures.blocked_until = now;
  store_.put_login_failures(account, failures);
}

}  // namespace waf
