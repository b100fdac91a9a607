// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/continuation.hpp"

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/jose/json.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::string_view purpose = "continuation";
constexpr std::size_t cookie_length = 43;  // secret_octets in base64url

}  // namespace

// One value for all tabs of a browser: each of their forms must stay valid.
std::string browser_key(EndpointContext& context, const HttpRequest& http) {
  auto cookie = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (cookie && cookie->size() == cookie_length && common::base64url_decode(*cookie)) {
    return std::move(*cookie);
  }
  return context.random.base64url(secret_octets);
}

void set_browser_key(const EndpointContext& context, const std::string& key,
                     HttpResponse& response) {
  response.headers.add("Set-Cookie",
                       set_cookie(login_cookie, key, context.settings.login_form_lifetime));
}

std::string seal_continuation(const EndpointContext& context, const std::string& key,
                              const Continuation& continuation, SystemTime now) {
  return context.sealer.seal(purpose, key, to_json(continuation),
                             now + context.settings.login_form_lifetime);
}

common::Result<Continuation> open_continuation(const EndpointContext& context,
                                               const HttpRequest& http, std::string_view sealed,
                                               SystemTime now) {
  const auto key = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (!key) return common::fail(Errc::stale_form, "no cookie");
  const auto text = context.sealer.open(purpose, *key, sealed, now);
  if (!text) return common::fail(text.error());
  return continuation_from_json(*text);
}

std::string address_of(const Continuation& continuation) {
  if (continuation.fields.empty()) return continuation.page;
  return continuation.page + "?" + common::encode_form(continuation.fields);
}

std::string to_json(const Continuation& continuation) {
  nlohmann::json out = {{"page", continuation.page}, {"fields", continuation.fields}};
  if (continuation.request) out["request"] = continuation.request->to_json();
  return out.dump();
}

common::Result<Continuation> continuation_from_json(std::string_view text) {
  const auto object = common::jose::parse_json(text, {});
  if (!object) return common::fail(Errc::stale_form);
  Continuation out;
  out.page = object->at("page").get<std::string>();
  out.fields = object->at("fields").get<common::FormFields>();
  if (object->contains("request")) {
    auto request = AuthorizationRequest::from_json(object->at("request").get<std::string>());
    if (!request) return common::fail(request.error());
    out.request = std::move(*request);
  }
  return out;
}

}  // namespace waf
