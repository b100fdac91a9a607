// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/introspection.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {

common::Result<TokenPtr> read_introspection(const IntrospectionAnswer& answer) {
  using common::fail;
  if (answer.status != 200) {
    return fail(Errc::no_keys, "introspection answered " + std::to_string(answer.status));
  }
  const auto body = common::jose::parse_json(answer.body, {.max_bytes = 16 * 1024, .max_depth = 8});
  if (!body || !body->is_object() || !body->contains("active") ||
      !body->at("active").is_boolean()) {
    return fail(Errc::no_keys, "introspection answered something else");
  }
  if (!body->at("active").get<bool>()) return fail(Errc::revoked, "the issuer says: not active");
  auto claims = common::jose::parse_access_token(answer.body);
  if (!claims) return fail(Errc::invalid_token, claims.error().message());
  return std::make_shared<const common::jose::AccessToken>(std::move(*claims));
}

}  // namespace wic
