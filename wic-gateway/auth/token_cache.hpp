// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "common/time.hpp"
#include "wic-gateway/auth/token_validator.hpp"

namespace wic {

/// Tokens that were verified a moment ago, by SHA-256 so that the cache holds no secret. Bounded:
/// the least recently used entry makes room.
class TokenCache {
 public:
  static constexpr std::chrono::seconds max_age{60};

  explicit TokenCache(std::size_t capacity, std::chrono::seconds longest = max_age);

  [[nodiscard]] TokenPtr find(std::string_view token, common::SystemTime now);
  void insert(std::string_view token, TokenPtr verified, common::SystemTime now);
  /// After a change of the key set: nothing that an old key signed may stay.
  void clear();
  [[nodiscard]] std::size_t size() const { return by_digest_.size(); }

 private:
  using Digest = std::array<std::byte, 32>;
  struct Entry {
    Digest digest;
    TokenPtr token;
    common::SystemTime until;
  };
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept;
  };

  static Digest digest_of(std::string_view token);
  void erase(std::list<Entry>::iterator entry);

  std::size_t capacity_;
  std::chrono::seconds longest_;
  std::list<Entry> by_use_;  // most recently used first
  std::unordered_map<Digest, std::list<Entry>::iterator, DigestHash> by_digest_;
};

}  // namespace wic
