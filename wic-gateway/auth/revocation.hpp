// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/jose/access_token.hpp"

namespace wic {

/// What the issuer has taken back (token-auth 6.2 step 13). The answer may change at any moment, so
/// it is asked for remembered tokens too.
class RevocationList {
 public:
  virtual ~RevocationList() = default;
  [[nodiscard]] virtual bool is_revoked(const common::jose::AccessToken& token) const = 0;
};

/// For an issuer that announces no revocations: tokens end by expiry.
class NoRevocations final : public RevocationList {
 public:
  [[nodiscard]] bool is_revoked(const common::jose::AccessToken&) const override { return false; }
};

}  // namespace wic
