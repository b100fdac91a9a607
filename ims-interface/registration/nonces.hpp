// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/endpoint.hpp"
#include "common/random.hpp"
#include "common/time.hpp"

namespace ims {

/// Digest nonces of one worker: time, random octets and a MAC, so that asking costs no memory
/// (token-auth 3.3). Bound to the address they were given to: a captured answer is worth nothing
/// elsewhere. What is remembered are the counts of nonces in use, until they expire.
class Nonces {
 public:
  using Key = std::array<std::byte, 32>;

  Nonces(const Key& key, std::chrono::seconds life, std::size_t most_in_use)
      : key_(key), life_(life), most_(most_in_use) {}

  [[nodiscard]] std::string make(common::TimePoint now, const common::IpAddress& client,
                                 common::RandomSource& random) const;
  /// True when the nonce is ours, of that client and fresh, and `count` is higher than any before
  /// with it; then it is used up. Otherwise the client must be asked again: stale.
  [[nodiscard]] bool take(common::TimePoint now, const common::IpAddress& client,
                          std::string_view nonce, std::uint32_t count);
  [[nodiscard]] std::size_t in_use() const { return counts_.size(); }

 private:
  void forget_old(common::TimePoint now);

  Key key_;
  std::chrono::seconds life_;
  std::size_t most_;
  std::unordered_map<std::string, std::uint32_t> counts_;
  std::deque<std::pair<common::TimePoint, std::string>> by_age_;
};

}  // namespace ims
