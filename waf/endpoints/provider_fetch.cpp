// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/provider_fetch.hpp"

#include "common/log.hpp"
#include "waf/federation/errc.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using federation::Errc;
using federation::Provider;
using federation::ProviderCache;

Fetch fetch_of(std::string url) {
  Fetch out;
  out.url = std::move(url);
  out.reach = Fetch::Reach::configured;
  out.headers = {{"Accept", "application/json"}};
  return out;
}

void note_failure(ProviderCache& cache, const Provider& provider, const common::Error& error,
                  SystemTime now) {
  cache.note_failure(now);
  common::log::warn("provider {}: {}", provider.name, error.message());
}

}  // namespace

Result<std::string> document_of(WorkResult result) {
  auto& fetched = std::get<FetchResult>(result);
  if (!fetched) return fail(Errc::provider_unavailable, fetched.error().message());
  if (fetched->status != 200) {
    return fail(Errc::provider_unavailable, "status " + std::to_string(fetched->status));
  }
  return std::move(fetched->body);
}

Answer with_metadata(EndpointContext& context, const Provider& provider, SystemTime now,
                     AfterFetch then) {
  const ProviderCache& cache = context.federation.cache(provider);
  if (cache.metadata() != nullptr && !cache.metadata_due(now)) return then({}, now);
  if (cache.is_resting(now))
    return then(fail(Errc::provider_unavailable, "away a moment ago"), now);
  return answer_after(
      fetch_of(federation::discovery_url(provider)),
      [&context, &provider, then = std::move(then)](WorkResult result, SystemTime later) {
        ProviderCache& known = context.federation.cache(provider);
        const auto text = document_of(std::move(result));
        auto metadata = text ? federation::parse_provider_metadata(provider, *text)
                             : Result<federation::ProviderMetadata>(fail(text.error()));
        if (metadata) {
          known.set_metadata(std::move(*metadata), later);
          return then({}, later);
        }
        note_failure(known, provider, metadata.error(), later);
        if (known.metadata() != nullptr) return then({}, later);
        return then(fail(metadata.error()), later);
      });
}

Answer with_keys(EndpointContext& context, const Provider& provider, bool again, SystemTime now,
                 AfterFetch then) {
  const ProviderCache& cache = context.federation.cache(provider);
  if (cache.keys() != nullptr && !again && !cache.keys_due(now)) return then({}, now);
  return answer_after(
      fetch_of(cache.metadata()->jwks_uri),
      [&context, &provider, then = std::move(then)](WorkResult result, SystemTime later) {
        ProviderCache& known = context.federation.cache(provider);
        const auto text = document_of(std::move(result));
        auto keys = text ? common::jose::KeySet::parse(*text)
                         : Result<common::jose::KeySet>(fail(text.error()));
        if (keys) {
          known.set_keys(std::move(*keys), later);
          return then({}, later);
        }
        note_failure(known, provider, keys.error(), later);
        if (known.keys() != nullptr) return then({}, later);
        return then(fail(Errc::provider_unavailable, keys.error().message()), later);
      });
}

}  // namespace waf
