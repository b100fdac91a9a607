// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/jose/jwk.hpp"
#include "waf/clients/client.hpp"
#include "waf/store/store.hpp"

namespace waf {

/// A client as requests need it: with its registered keys parsed.
struct KnownClient {
  Client client;
  std::shared_ptr<const common::jose::KeySet> keys;  // of `jwks`; null without
};

/// The clients that were asked for, until the store says that clients changed: a machine's token
/// request costs no statement. Bounded by starting over.
class ClientCache {
 public:
  explicit ClientCache(Store& store) : store_(store) {}

  /// Null for an unknown client.
  [[nodiscard]] std::shared_ptr<const KnownClient> find(std::string_view id);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  Store& store_;
  std::uint64_t changes_ = 0;
  std::unordered_map<std::string, std::shared_ptr<const KnownClient>, Hash, std::equal_to<>>
      clients_;
};

}  // namespace waf
