// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "wic-gateway/auth/token_validator.hpp"

namespace wic {

/// Asks the issuer about a token (RFC 7662); Authenticator::handle_introspection() will follow.
class Introspector {
 public:
  virtual ~Introspector() = default;
  virtual void introspect(std::uint64_t question, const std::string& token) = 0;
};

/// What the issuer said. A failure means that it could not be asked.
struct IntrospectionAnswer {
  unsigned status = 0;
  std::string body;
};

/// The claims of an active token: those of a JWT (token-auth 6.1). Errc::revoked for one that is
/// not active, Errc::no_keys when the answer says nothing about the token.
[[nodiscard]] common::Result<TokenPtr> read_introspection(const IntrospectionAnswer& answer);

}  // namespace wic
