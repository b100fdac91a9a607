// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "waf/federation/claims.hpp"
#include "waf/federation/provider.hpp"

namespace waf::federation {

/// What the login that an ID token answers had asked for.
struct IdTokenExpectations {
  std::string nonce;
  std::optional<std::chrono::seconds> max_age;
  std::string access_token;  // for at_hash
};

/// Who logged in at the provider.
struct IdToken {
  std::string subject;
  std::string sid;  // the provider's session; may be empty
  std::string acr;  // theirs
  std::optional<common::SystemTime> auth_time;
  std::vector<std::string> amr;
  Claims claims;
};

/// OpenID Connect Core 3.1.3.7 in the order of token-auth 5.1: no encryption, algorithm, kid,
/// signature, iss, aud and azp, exp and iat, nonce, auth_time, acr, at_hash; tid when pinned.
[[nodiscard]] common::Result<IdToken> check_id_token(std::string_view token,
                                                     const Provider& provider,
                                                     const common::jose::KeySet& keys,
                                                     const IdTokenExpectations& expected,
                                                     common::SystemTime now);

/// The claims of a UserInfo answer. Errc::foreign_subject when it is about somebody else
/// (OpenID Connect Core 5.3.2).
[[nodiscard]] common::Result<Claims> check_userinfo(std::string_view json,
                                                    std::string_view subject);

}  // namespace waf::federation
