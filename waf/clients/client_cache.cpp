// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/client_cache.hpp"

#include "common/log.hpp"
#include "waf/clients/client_keys.hpp"

namespace waf {
namespace {

constexpr std::size_t most_clients = 10'000;

}  // namespace

std::shared_ptr<const KnownClient> ClientCache::find(std::string_view id) {
  if (changes_ != store_.client_changes() || clients_.size() >= most_clients) {
    clients_.clear();
    changes_ = store_.client_changes();
  }
  if (const auto found = clients_.find(id); found != clients_.end()) return found->second;
  auto client = store_.find_client(id);
  if (!client) return nullptr;  // not remembered: strangers could fill the cache with names
  auto known = std::make_shared<KnownClient>();
  known->client = std::move(*client);
  if (!known->client.jwks.empty()) {
    auto keys = parse_client_keys(known->client.jwks);
    if (keys) {
      known->keys = std::make_shared<const common::jose::KeySet>(std::move(*keys));
    } else {
      common::log::error("client {}: its jwks is unusable: {}", id, keys.error().message());
    }
  }
  clients_.emplace(std::string(id), known);
  return known;
}

}  // namespace waf
