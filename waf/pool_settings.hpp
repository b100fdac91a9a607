// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "waf/rate_limit.hpp"

namespace waf {

/// An IMS subscription of a pool: one private identity and the public ones that go with it.
struct PoolIdentity {
  std::string impi;
  std::vector<std::string> impus;
};

/// The subscriptions that a WWSF gives to users whom this server does not know (TS 23.228 Annex
/// U.2.1.4, scenario 3): [[pools]] of the configuration. Either a template with `{n}` for the
/// numbers first to last, or a list.
struct PoolSettings {
  std::string name;
  std::vector<std::string> clients;  // the WWSF's clients
  std::string wwsf_identity;         // ims.wwsf of its tokens
  PoolIdentity pattern;
  std::int64_t first = 1;
  std::int64_t last = 0;
  std::vector<PoolIdentity> list;  // takes the pattern's place; numbered from 1
  seconds lease{12 * 3600};        // absolute end of one allocation
  seconds idle{1800};              // without a refresh it ends this long after the last one
  seconds quarantine{900};         // before an identity that came back is given again

  [[nodiscard]] std::int64_t size() const { return last - first + 1; }
  [[nodiscard]] PoolIdentity identity(std::int64_t number) const;
};

}  // namespace waf
