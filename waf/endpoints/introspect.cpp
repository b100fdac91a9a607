// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/introspect.hpp"

#include <algorithm>

#include "common/jose/json.hpp"
#include "waf/endpoints/bearer.hpp"
#include "waf/endpoints/client_request.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

HttpResponse inactive() { return json_response(200, R"({"active":false})"); }

/// The claims as the JWT would carry them, with what RFC 7662 section 2.2 adds.
std::string describe(EndpointContext& context, const common::jose::AccessToken& token) {
  std::string out = R"({"active":true,"token_type":)";
  out += token.key_thumbprint ? R"("DPoP",)" : R"("Bearer",)";
  if (!token.ims.impi.empty() && token.ims.mode != "pool") {
    if (const auto user = context.store.find_user(token.subject)) {
      out += R"("username":)";
      common::jose::append_json_string(out, user->name);
      out += ',';
    }
  }
  return out + to_json(token).substr(1);
}

Answer introspect(EndpointContext& context, const HttpRequest& http, TokenRequest request,
                  SystemTime now) {
  if (request.client.is_public()) {
    return refuse_client_request(context, http, "introspect",
                                 {Errc::invalid_client, "a public client may not ask"});
  }
  if (!request.parameters.has("token")) {
    return refuse_client_request(context, http, "introspect",
                                 {Errc::invalid_request, "token is required"});
  }
  const auto token = find_access_token(context, request.parameters.get("token"), now);
  if (!token) return inactive();
  const auto& serves = request.client.serves;
  const bool own = std::any_of(token->audience.begin(), token->audience.end(),
                               [&serves](const std::string& one) { return contains(serves, one); });
  if (!own) return inactive();
  return json_response(200, describe(context, *token));
}

}  // namespace

Answer handle_introspect(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  return with_client(context, http, now, "introspect", introspect);
}

}  // namespace waf
