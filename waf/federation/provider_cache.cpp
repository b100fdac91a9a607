// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/provider_cache.hpp"

namespace waf::federation {

bool ProviderCache::is_resting(common::SystemTime now) const {
  return failed_at_ && now < *failed_at_ + limits_.retry;
}

bool ProviderCache::metadata_due(common::SystemTime now) const {
  if (!metadata_) return true;
  return now >= metadata_at_ + limits_.refresh && !is_resting(now);
}

bool ProviderCache::keys_due(common::SystemTime now) const {
  if (!keys_) return true;
  return now >= keys_at_ + limits_.keys_refresh && !is_resting(now);
}

bool ProviderCache::take_unknown_key_fetch(common::SystemTime now) {
  if (unknown_at_ && now < *unknown_at_ + limits_.unknown_key_wait) return false;
  unknown_at_ = now;
  return true;
}

void ProviderCache::set_metadata(ProviderMetadata metadata, common::SystemTime now) {
  // Keys fetched from another address are another provider's word.
  if (metadata_ && metadata_->jwks_uri != metadata.jwks_uri) keys_.reset();
  metadata_ = std::move(metadata);
  metadata_at_ = now;
  failed_at_.reset();
}

void ProviderCache::set_keys(common::jose::KeySet keys, common::SystemTime now) {
  keys_ = std::move(keys);
  keys_at_ = now;
  failed_at_.reset();
}

}  // namespace waf::federation
