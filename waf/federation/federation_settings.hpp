// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

#include "waf/directory/directory.hpp"
#include "waf/federation/provider.hpp"
#include "waf/federation/provider_cache.hpp"

namespace waf {

/// Whose word about users we take, and the bounds of it: [federation], [[providers]] and
/// [[directories]] of the configuration.
struct FederationSettings {
  std::vector<federation::Provider> providers;
  std::vector<directory::Directory> directories;
  std::chrono::seconds login_lifetime{600};  // of a login that went to a provider
  std::size_t max_pending_logins = 10'000;
  federation::ProviderCache::Limits cache;
  std::size_t logout_queue = 10'000;           // logout tokens waiting for their clients
  std::chrono::seconds logout_lifetime{3600};  // how long they are tried
  std::size_t directory_threads = 4;
  std::size_t directory_queue = 64;
};

}  // namespace waf
