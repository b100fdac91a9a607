// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "common/random.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"
#include "waf/tokens/key_ring.hpp"

namespace waf::io {

/// Access tokens without a login, for load tests and for tests of what a gateway must refuse.
struct MintRequest {
  std::string client = "demo";
  std::vector<std::string> scopes;
  seconds lifetime{3600};
  // Overrides, to make a token wrong in one respect.
  std::optional<std::string> issuer;
  std::optional<std::string> audience;
  std::optional<std::string> type;    // of the header, instead of at+jwt
  std::optional<seconds> expires_in;  // may be negative
  std::vector<std::string> impus;
  bool foreign_key = false;  // signed by a key that nobody publishes, under the active kid
};

class TokenMint {
 public:
  TokenMint(const Settings& settings, KeyRing& keys, common::RandomSource& random)
      : settings_(settings), keys_(keys), random_(random) {}

  [[nodiscard]] std::string mint(const User& user, const MintRequest& request, SystemTime now);
  /// One JSON object a line: {"impi", "impu", "token"} for users <prefix>000001 and so on, who
  /// need not be in any store.
  void mint_many(std::ostream& out, std::size_t count, const std::string& prefix,
                 const std::string& domain, const MintRequest& request, SystemTime now);
  /// One refresh token a line, each the first of a login of its own.
  void mint_refresh_tokens(std::ostream& out, Store& store, std::size_t count, const User& user,
                           const MintRequest& request, SystemTime now);

 private:
  const Settings& settings_;
  KeyRing& keys_;
  common::RandomSource& random_;
};

}  // namespace waf::io
