// SPDX-License-Identifier: Apache-2.0
#include "waf/grants/par.hpp"

#include <algorithm>
#include <array>

#include "waf/errc.hpp"
#include "waf/grants/authorization_request.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::string_view prefix = "urn:ietf:params:oauth:request_uri:";

/// Of the authentication, not of the request: they must not be kept.
constexpr std::array<std::string_view, 3> credentials = {"client_secret", "client_assertion",
                                                         "client_assertion_type"};

common::FormFields request_fields(const Parameters& parameters) {
  common::FormFields out = parameters.fields();
  std::erase_if(out, [](const auto& field) {
    return std::find(credentials.begin(), credentials.end(), field.first) != credentials.end();
  });
  return out;
}

/// RFC 9449 section 10.1: proof and dpop_jkt must speak of one key.
Result<std::string> key_of(const TokenRequest& request) {
  const std::string& named = request.parameters.get("dpop_jkt");
  const std::string& proven = request.proof.key_thumbprint;
  if (!named.empty() && !proven.empty() && named != proven) {
    return fail(Errc::invalid_dpop_proof, "dpop_jkt is another key");
  }
  return proven.empty() ? named : proven;
}

}  // namespace

Result<PushedAnswer> push_request(GrantContext& context, const TokenRequest& request,
                                  SystemTime now) {
  if (request.parameters.has("request_uri")) {
    return fail(Errc::invalid_request, "request_uri must not be pushed");
  }
  common::FormFields fields = request_fields(request.parameters);
  // With an assertion the client may have left its id out of the form.
  if (!request.parameters.has("client_id")) fields.emplace_back("client_id", request.client.id);
  const Parameters parameters(fields);
  const auto key = key_of(request);
  if (!key) return fail(key.error());
  const auto checked = check_authorization_request(parameters, context.store, context.settings);
  if (!checked) {
    const common::Error& error = checked.error().error;
    if (error == Errc::unregistered_redirect_uri || error == Errc::unknown_client) {
      return fail(Errc::invalid_request, error.code.message());
    }
    return fail(error);
  }
  const std::string handle = context.random.base64url(secret_octets);
  PushedAnswer out{std::string(prefix) + handle, context.settings.devices.par.lifetime};
  context.store.put_pushed_request({digest_of(out.request_uri), request.client.id,
                                    common::encode_form(fields), *key, now + out.expires_in});
  return out;
}

Result<Parameters> resolve_pushed_request(GrantContext& context, const Parameters& parameters,
                                          SystemTime now) {
  const std::string& uri = parameters.get("request_uri");
  if (!uri.starts_with(prefix)) return parameters;
  if (parameters.is_repeated("request_uri") || parameters.is_repeated("client_id")) {
    return fail(Errc::invalid_request, "a parameter is repeated");
  }
  const auto pushed = context.store.take_pushed_request(digest_of(uri));
  if (!pushed || pushed->expires_at <= now || pushed->client_id != parameters.get("client_id")) {
    return fail(Errc::invalid_request, "request_uri is unknown, spent or late");
  }
  auto fields = common::parse_form(pushed->parameters);
  if (!fields) return fail(Errc::invalid_request, "malformed form");
  std::erase_if(*fields, [](const auto& field) { return field.first == "dpop_jkt"; });
  if (!pushed->key_thumbprint.empty()) fields->emplace_back("dpop_jkt", pushed->key_thumbprint);
  return Parameters(*fields);
}

bool must_push(const Settings& settings, const Client& client) {
  return settings.devices.par.required || client.require_par;
}

}  // namespace waf
