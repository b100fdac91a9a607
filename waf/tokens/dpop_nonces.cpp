// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/dpop_nonces.hpp"

#include "common/encoding.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {

long long DpopNonces::period_at(common::SystemTime now) const {
  return common::unix_seconds(now) / lifetime_.count();
}

std::string DpopNonces::of_period(long long period) const {
  return keyed_digest(secret_, "dpop-nonce", std::to_string(period));
}

std::string DpopNonces::current(common::SystemTime now) const { return of_period(period_at(now)); }

bool DpopNonces::is_fresh(std::string_view nonce, common::SystemTime now) const {
  const long long period = period_at(now);
  return common::equal_secrets(nonce, of_period(period)) ||
         common::equal_secrets(nonce, of_period(period - 1));
}

}  // namespace waf
