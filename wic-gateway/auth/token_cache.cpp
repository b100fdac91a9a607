// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/token_cache.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/sha.h>

namespace wic {

std::size_t TokenCache::DigestHash::operator()(const Digest& digest) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, digest.data(), sizeof value);
  return value;
}

TokenCache::TokenCache(std::size_t capacity, std::chrono::seconds longest)
    : capacity_(capacity), longest_(longest) {}

TokenCache::Digest TokenCache::digest_of(std::string_view token) {
  Digest digest{};
  SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

void TokenCache::erase(std::list<Entry>::iterator entry) {
  by_digest_.erase(entry->digest);
  by_use_.erase(entry);
}

TokenPtr TokenCache::find(std::string_view token, common::SystemTime now) {
  const auto found = by_digest_.find(digest_of(token));
  if (found == by_digest_.end()) return nullptr;
  const auto entry = found->second;
  if (entry->until <= now) {
    erase(entry);
    return nullptr;
  }
  by_use_.splice(by_use_.begin(), by_use_, entry);
  return entry->token;
}

void TokenCache::insert(std::string_view token, TokenPtr verified, common::SystemTime now) {
  if (capacity_ == 0) return;
  const Digest digest = digest_of(token);
  if (const auto known = by_digest_.find(digest); known != by_digest_.end()) erase(known->second);
  if (by_digest_.size() >= capacity_) erase(std::prev(by_use_.end()));
  const common::SystemTime until = std::min(verified->expires_at, now + longest_);
  by_use_.push_front({digest, std::move(verified), until});
  by_digest_.emplace(digest, by_use_.begin());
}

void TokenCache::clear() {
  by_use_.clear();
  by_digest_.clear();
}

}  // namespace wic
