// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/random.hpp"
#include "common/result.hpp"
#include "waf/federation/mapping.hpp"
#include "waf/settings.hpp"
#include "waf/store/store.hpp"

namespace waf::federation {

/// Somebody whom a provider or a directory has just vouched for.
struct VouchedUser {
  std::string source;  // name of the provider or directory
  std::string issuer;  // with subject the account's key (OpenID Connect Core 5.7)
  std::string subject;
  bool jit = true;  // an account is made for a new one
  MappedIdentity identity;
};

/// His account, made at the first login and brought up to date at every one. Errc::account_disabled
/// for one the operator has disabled, Errc::no_account for a new one without `jit`,
/// Errc::identity_taken when an IMPI or IMPU is somebody else's: accounts are never joined by what
/// they are called. When identities or scopes change, what was issued before is revoked.
[[nodiscard]] common::Result<User> account_of(const VouchedUser& vouched, Store& store,
                                              const Settings& settings,
                                              common::RandomSource& random, SystemTime now);

}  // namespace waf::federation
