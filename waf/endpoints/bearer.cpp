// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/bearer.hpp"

#include <optional>

#include "waf/clients/certificate.hpp"
#include "waf/endpoints/dpop.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using common::fail;
using common::HttpRequest;
using common::HttpResponse;
using common::Result;
using common::jose::AccessToken;

struct Credentials {
  std::string_view token;
  bool dpop = false;
};

std::optional<std::string_view> after_scheme(std::string_view value, std::string_view scheme) {
  if (value.size() <= scheme.size()) return std::nullopt;
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = value[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != scheme[i]) return std::nullopt;
  }
  return value.substr(scheme.size());
}

Result<Credentials> read_credentials(const HttpRequest& http) {
  const std::size_t fields = http.headers.count("Authorization");
  if (fields == 0) return fail(Errc::login_required, "no credentials");
  if (fields > 1) return fail(Errc::invalid_token, "more than one Authorization field");
  const std::string_view value = http.headers.get("Authorization");
  if (const auto token = after_scheme(value, "bearer ")) return Credentials{*token, false};
  if (const auto token = after_scheme(value, "dpop ")) return Credentials{*token, true};
  return fail(Errc::login_required, "another scheme");
}

/// A bound token is worth nothing without what it is bound to (RFC 8705 section 3, RFC 9449 7.1).
Result<void> check_binding(EndpointContext& context, const HttpRequest& http,
                           const Credentials& credentials, const AccessToken& token,
                           SystemTime now) {
  if (token.certificate_thumbprint) {
    if (!http.client_certificate ||
        certificate_thumbprint(*http.client_certificate) != *token.certificate_thumbprint) {
      return fail(Errc::invalid_token, "token is bound to another certificate");
    }
  }
  if (credentials.dpop != token.key_thumbprint.has_value()) {
    return fail(Errc::invalid_token, "the scheme is not that of the token");
  }
  if (!token.key_thumbprint) return {};
  const auto key = read_dpop_key(context, http, credentials.token, now);
  if (!key) return fail(key.error());
  if (*key != *token.key_thumbprint) return fail(Errc::invalid_token, "token of another key");
  return {};
}

}  // namespace

Result<AccessToken> find_access_token(EndpointContext& context, std::string_view token,
                                      SystemTime now) {
  return context.reader.read(token, now);
}

Result<AccessToken> read_bearer(EndpointContext& context, const HttpRequest& http, SystemTime now) {
  const auto credentials = read_credentials(http);
  if (!credentials) return fail(credentials.error());
  auto token = context.reader.read(credentials->token, now);
  if (!token) return token;
  if (auto bound = check_binding(context, http, *credentials, *token, now); !bound) {
    return fail(bound.error());
  }
  return token;
}

Result<AccessToken> authorize_bearer(EndpointContext& context, const HttpRequest& http,
                                     std::string_view scope, SystemTime now) {
  auto token = read_bearer(context, http, now);
  if (!token) return token;
  if (!contains(token->audience, context.settings.issuer)) {
    return fail(Errc::invalid_token, "token for another audience");
  }
  if (!token->has_scope(scope)) return fail(Errc::insufficient_scope, std::string(scope));
  return token;
}

HttpResponse bearer_challenge(const EndpointContext& context, const common::Error& error,
                              std::string_view scope) {
  const bool asked = error == Errc::login_required;
  const bool scarce = error == Errc::insufficient_scope;
  HttpResponse out = json_response(scarce ? 403 : 401,
                                   asked ? "{}" : "{\"error\":\"" + error.code.message() + "\"}");
  std::string value = "Bearer realm=\"" + context.settings.issuer + "\"";
  if (!asked) value += ", error=\"" + error.code.message() + "\"";
  if (scarce) value += ", scope=\"" + std::string(scope) + "\"";
  out.headers.add("WWW-Authenticate", std::move(value));
  return out;
}

}  // namespace waf
