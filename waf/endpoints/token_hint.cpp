// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/token_hint.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "common/jose/jws.hpp"

namespace waf {
namespace {

using common::jose::Algorithm;

std::string text_member(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace

std::optional<TokenHint> read_token_hint(const EndpointContext& context,
                                         const std::string& id_token) {
  if (id_token.empty()) return std::nullopt;
  const auto jws = common::jose::verify_jws(
      id_token, context.keys.published(),
      {.types = {"JWT"}, .algorithms = {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa}});
  if (!jws) return std::nullopt;
  const auto claims = common::jose::parse_json(jws->payload, {.max_bytes = 4096, .max_depth = 4});
  if (!claims || text_member(*claims, "iss") != context.settings.issuer) return std::nullopt;
  return TokenHint{text_member(*claims, "sub"), text_member(*claims, "aud"),
                   text_member(*claims, "sid")};
}

std::optional<std::string> hinted_user(const EndpointContext& context,
                                       const std::string& id_token) {
  const auto hint = read_token_hint(context, id_token);
  return hint ? std::optional(hint->user_id) : std::nullopt;
}

}  // namespace waf
