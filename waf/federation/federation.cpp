// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/federation.hpp"

#include <algorithm>
#include <stdexcept>

#include "waf/federation/upstream_request.hpp"

namespace waf::federation {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_domain(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

}  // namespace

Federation::Federation(const FederationSettings& settings) : settings_(settings) {
  for (const Provider& provider : settings.providers) {
    caches_.emplace(provider.name, ProviderCache(settings.cache));
    if (provider.authentication != ClientAuthentication::private_key_jwt) continue;
    const auto key =
        common::jose::SigningKey::from_pem(provider.private_key_id, provider.private_key);
    if (!key) {
      throw std::runtime_error("private key for provider " + provider.name + ": " +
                               key.error().message());
    }
    signers_.emplace(provider.name, common::jose::Signer(*key, "JWT"));
  }
}

const Provider* Federation::find(std::string_view name) const {
  for (const Provider& provider : settings_.providers) {
    if (provider.name == name) return &provider;
  }
  return nullptr;
}

const Provider* Federation::find_by_address(std::string_view mail_address) const {
  const std::size_t at = mail_address.rfind('@');
  if (at == std::string_view::npos) return nullptr;
  const std::string_view domain = mail_address.substr(at + 1);
  for (const Provider& provider : settings_.providers) {
    for (const auto& known : provider.email_domains) {
      if (same_domain(known, domain)) return &provider;
    }
  }
  return nullptr;
}

ProviderCache& Federation::cache(const Provider& provider) { return caches_.at(provider.name); }

std::string Federation::assertion(const Provider& provider, std::string_view id,
                                  common::SystemTime now) {
  const auto signer = signers_.find(provider.name);
  return signer == signers_.end() ? "" : signer->second.sign(assertion_claims(provider, id, now));
}

}  // namespace waf::federation
