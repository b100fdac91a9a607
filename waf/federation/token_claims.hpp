// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "common/jose/jws.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace waf::federation {

// What ID tokens and logout tokens of a provider have in common.

/// The verified token's claims: encryption refused, algorithm allow-listed, kid in the key set,
/// signature good, strict JSON. Errc::unknown_key lets the caller fetch the keys once more.
struct VerifiedToken {
  std::string type;  // typ as sent
  common::jose::Algorithm algorithm = common::jose::Algorithm::es256;
  std::string payload;
};
[[nodiscard]] common::Result<VerifiedToken> verify_token(
    std::string_view token, const common::jose::KeySet& keys,
    const std::vector<common::jose::Algorithm>& algorithms);

[[nodiscard]] std::string text_claim(const nlohmann::json& claims, const char* name);
/// Nothing when it is missing; a refusal when it is no number of seconds.
[[nodiscard]] common::Result<std::optional<common::SystemTime>> time_claim(
    const nlohmann::json& claims, const char* name);

/// iss, aud with azp, exp and iat, in this order.
struct TokenParties {
  std::string_view issuer;
  std::string_view client_id;
};
[[nodiscard]] common::Result<void> check_parties(const nlohmann::json& claims,
                                                 const TokenParties& parties);
[[nodiscard]] common::Result<void> check_times(const nlohmann::json& claims,
                                               common::SystemTime now);

inline constexpr std::chrono::seconds clock_skew{60};

}  // namespace waf::federation
