// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/jose/access_token.hpp"
#include "common/result.hpp"
#include "waf/clients/client_cache.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/key_ring.hpp"

namespace waf {

/// Reads access tokens of ours, JWT or opaque, and says whether they are valid now.
class TokenReader {
 public:
  TokenReader(const Settings& settings, Store& store, const KeyRing& keys, ClientCache& clients)
      : settings_(settings), store_(store), keys_(keys), clients_(clients) {}

  /// The claims of a token that this server issued, that has not expired and was not revoked, whose
  /// client and user are enabled. The audience is the caller's policy. Errc::invalid_token
  /// otherwise.
  [[nodiscard]] common::Result<common::jose::AccessToken> read(std::string_view token,
                                                               SystemTime now);
  /// The claims of a token of ours in whatever state.
  [[nodiscard]] common::Result<common::jose::AccessToken> read_claims(std::string_view token);

 private:
  using Claims = std::shared_ptr<const common::jose::AccessToken>;
  [[nodiscard]] common::Result<Claims> verified(std::string_view token);
  [[nodiscard]] bool is_revoked(const common::jose::AccessToken& token) const;

  const Settings& settings_;
  Store& store_;
  const KeyRing& keys_;
  ClientCache& clients_;
  // A signature that was good stays good while its key is published: the same token comes often.
  std::unordered_map<std::string, Claims> verified_;
  std::string verified_by_;  // the published keys then
};

}  // namespace waf
