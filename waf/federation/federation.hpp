// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/jose/signing_key.hpp"
#include "waf/federation/federation_settings.hpp"
#include "waf/federation/provider_cache.hpp"

namespace waf::federation {

/// What the server knows of its providers while it runs. Belongs to the thread of the endpoints.
class Federation {
 public:
  /// Throws std::runtime_error for a private key that cannot be used.
  explicit Federation(const FederationSettings& settings);

  [[nodiscard]] const FederationSettings& settings() const { return settings_; }
  [[nodiscard]] const Provider* find(std::string_view name) const;
  /// The provider whose users have mail addresses of this domain, compared without case.
  [[nodiscard]] const Provider* find_by_address(std::string_view mail_address) const;
  [[nodiscard]] ProviderCache& cache(const Provider& provider);
  /// The client assertion for its token endpoint; empty for other kinds of authentication.
  [[nodiscard]] std::string assertion(const Provider& provider, std::string_view id,
                                      common::SystemTime now);

 private:
  const FederationSettings& settings_;
  std::map<std::string, ProviderCache, std::less<>> caches_;
  std::map<std::string, common::jose::Signer, std::less<>> signers_;
};

}  // namespace waf::federation
