// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace waf {

/// A client's JWKS; a key without a kid gets one, since a client with one key may leave it out.
[[nodiscard]] common::Result<common::jose::KeySet> parse_client_keys(std::string_view json);

/// Keys that were fetched from clients' jwks_uri. Bounded; holds a set for ten minutes, fetches one
/// again at most once a minute, and only once at a time.
class FetchedKeys {
 public:
  explicit FetchedKeys(std::size_t most = 10'000) : most_(most) {}

  /// Null when there are none that are fresh.
  [[nodiscard]] std::shared_ptr<const common::jose::KeySet> find(std::string_view client_id,
                                                                 common::SystemTime now) const;
  /// True for the one caller that shall fetch now; it must call put() or abandon() afterwards.
  [[nodiscard]] bool begin(std::string_view client_id, common::SystemTime now);
  [[nodiscard]] bool is_under_way(std::string_view client_id, common::SystemTime now) const;
  void put(std::string_view client_id, common::jose::KeySet keys, common::SystemTime now);
  void abandon(std::string_view client_id);

 private:
  struct Entry {
    std::shared_ptr<const common::jose::KeySet> keys;
    common::SystemTime fetched_at{};
    common::SystemTime began_at{};
    bool under_way = false;
  };
  std::size_t most_;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace waf
