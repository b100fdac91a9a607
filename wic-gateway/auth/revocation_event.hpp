// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"
#include "common/time.hpp"

namespace wic {

/// What the issuer has taken back, as its feed says it (token-auth 6.4).
struct RevocationNotice {
  enum class Type : std::uint8_t { token, grant, session, user, epoch };
  Type type = Type::token;
  std::int64_t sequence = 0;
  std::string id;                   // jti, grant id, sid, sub; epoch: none
  common::SystemTime not_before{};  // session, user, epoch: tokens issued later are not meant
  common::SystemTime expires_at{};  // nothing it revokes lives longer
  std::string reason = {};          // for the user: "logged out"
};

/// Verifies one signed event of the feed and reads it. Errc::unknown_key is worth a fetch of the
/// key set; every other failure means that the feed cannot be believed.
[[nodiscard]] common::Result<RevocationNotice> read_revocation_event(
    std::string_view event, const common::jose::KeySet* keys, std::string_view issuer,
    const std::vector<common::jose::Algorithm>& algorithms);

}  // namespace wic
