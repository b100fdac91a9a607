// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/digest.hpp"
#include "common/result.hpp"

namespace waf::webauthn {

/// A credential as its authenticator made it.
struct AttestedCredential {
  std::vector<std::byte> id;
  std::vector<std::byte> public_key;  // COSE_Key
};

/// What the authenticator signs (Web Authentication section 6.1).
struct AuthenticatorData {
  common::Sha256 rp_id_hash{};
  bool user_present = false;
  bool user_verified = false;
  bool backup_eligible = false;
  bool backed_up = false;
  std::uint32_t sign_count = 0;
  std::optional<AttestedCredential> credential;
};

/// Strict: nothing may be missing, and nothing may follow.
[[nodiscard]] common::Result<AuthenticatorData> parse_authenticator_data(
    std::span<const std::byte> octets);

}  // namespace waf::webauthn
