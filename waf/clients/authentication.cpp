// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/authentication.hpp"

#include <algorithm>

#include "common/encoding.hpp"
#include "waf/clients/assertion.hpp"
#include "waf/clients/certificate.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using common::SystemTime;

constexpr std::string_view basic_scheme = "basic ";

bool starts_with_scheme(std::string_view value, std::string_view scheme) {
  return value.size() > scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), value.begin(), [](char wanted, char c) {
           return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == wanted;
         });
}

/// Identifier and secret, each form-encoded before they were joined (RFC 6749 section 2.3.1).
Result<PresentedClient> read_basic(std::string_view header) {
  if (!starts_with_scheme(header, basic_scheme)) {
    return fail(Errc::invalid_client, "expected Basic credentials");
  }
  const auto decoded = common::base64_decode(header.substr(basic_scheme.size()));
  if (!decoded) return fail(Errc::invalid_client, "malformed Basic credentials");
  const std::string_view pair = common::text_of(*decoded);
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos || pair.find('&') != std::string_view::npos) {
    return fail(Errc::invalid_client, "malformed Basic credentials");
  }
  const auto fields = common::parse_form("i=" + std::string(pair.substr(0, colon)) +
                                         "&s=" + std::string(pair.substr(colon + 1)));
  if (!fields) return fail(Errc::invalid_client, "malformed Basic credentials");
  return PresentedClient{PresentedClient::How::basic, (*fields)[0].second, (*fields)[1].second, {}};
}

bool is_secret_of(const Client& client, const std::string& secret, SystemTime now) {
  const std::string digest = digest_of(secret);
  return std::any_of(client.secrets.begin(), client.secrets.end(), [&](const ClientSecret& one) {
    const bool lives = one.expires_at == SystemTime{} || now < one.expires_at;
    return common::equal_secrets(digest, one.digest) && lives;
  });
}

Result<void> check_secret(const Client& client, const PresentedClient& presented, SystemTime now) {
  if (!is_secret_of(client, presented.secret, now)) {
    return fail(Errc::invalid_client, "wrong client secret");
  }
  return {};
}

Result<void> check_certificate(const Client& client, const common::HttpRequest& http) {
  if (!http.client_certificate) return fail(Errc::invalid_client, "no client certificate");
  const std::string& der = *http.client_certificate;
  if (client.authentication == ClientAuthentication::tls_client_auth) {
    if (!http.client_certificate_trusted) {
      return fail(Errc::invalid_client, "client certificate of an unknown authority");
    }
    if (!certificate_has_name(der, client.certificate_name)) {
      return fail(Errc::invalid_client, "client certificate with another name");
    }
    return {};
  }
  const std::string thumbprint = certificate_thumbprint(der);
  const bool known =
      std::find(client.certificate_thumbprints.begin(), client.certificate_thumbprints.end(),
                thumbprint) != client.certificate_thumbprints.end();
  if (!known) return fail(Errc::invalid_client, "unknown client certificate");
  return {};
}

Result<void> check_method(const Client& client, const PresentedClient& presented,
                          const common::HttpRequest& http, SystemTime now) {
  using How = PresentedClient::How;
  switch (client.authentication) {
    case ClientAuthentication::none:
      if (presented.how == How::nothing) return {};
      return fail(Errc::invalid_client, "a public client: send client_id only");
    case ClientAuthentication::client_secret_basic:
      if (presented.how == How::basic) return check_secret(client, presented, now);
      break;
    case ClientAuthentication::client_secret_post:
      if (presented.how == How::post) return check_secret(client, presented, now);
      break;
    case ClientAuthentication::tls_client_auth:
    case ClientAuthentication::self_signed_tls_client_auth:
      if (presented.how == How::nothing) return check_certificate(client, http);
      break;
    case ClientAuthentication::private_key_jwt:
      break;
  }
  return fail(Errc::invalid_client,
              "this client authenticates by " + std::string(name_of(client.authentication)));
}

}  // namespace

Result<PresentedClient> read_presented_client(const common::HttpRequest& http,
                                              const Parameters& parameters) {
  const std::string& named = parameters.get("client_id");
  const bool header = http.headers.has("Authorization");
  const bool secret = parameters.has("client_secret");
  const bool assertion = parameters.has("client_assertion");
  if (int{header} + int{secret} + int{assertion} > 1 || http.headers.count("Authorization") > 1) {
    return fail(Errc::invalid_request, "more than one way of client authentication");
  }
  if (header) {
    auto out = read_basic(http.headers.get("Authorization"));
    if (out && !named.empty() && named != out->id) {
      return fail(Errc::invalid_request, "client_id is not that of the credentials");
    }
    return out;
  }
  if (assertion) {
    if (parameters.get("client_assertion_type") != assertion_type) {
      return fail(Errc::invalid_client, "unknown client_assertion_type");
    }
    return PresentedClient{
        PresentedClient::How::assertion, named, {}, parameters.get("client_assertion")};
  }
  if (named.empty()) return fail(Errc::invalid_client, "client_id is required");
  return PresentedClient{secret ? PresentedClient::How::post : PresentedClient::How::nothing,
                         named,
                         parameters.get("client_secret"),
                         {}};
}

Result<ClientAuthenticator::Outcome> ClientAuthenticator::authenticate(
    const PresentedClient& presented, const common::HttpRequest& http, SystemTime now) {
  if (presented.how == PresentedClient::How::assertion) return by_assertion(presented, now);
  auto known = clients_.find(presented.id);
  if (!known || !known->client.enabled) return fail(Errc::invalid_client, "unknown client");
  if (auto good = check_method(known->client, presented, http, now); !good) {
    return fail(good.error());
  }
  return Outcome{std::move(known)};
}

Result<ClientAuthenticator::Outcome> ClientAuthenticator::by_assertion(
    const PresentedClient& presented, SystemTime now) {
  const auto assertion = read_client_assertion(presented.assertion, issuer_, now);
  if (!assertion) return fail(assertion.error());
  if (!presented.id.empty() && presented.id != assertion->client_id) {
    return fail(Errc::invalid_client, "client_id is not that of the assertion");
  }
  auto known = clients_.find(assertion->client_id);
  if (!known || !known->client.enabled) return fail(Errc::invalid_client, "unknown client");
  const Client& client = known->client;
  if (client.authentication != ClientAuthentication::private_key_jwt) {
    return fail(Errc::invalid_client,
                "this client authenticates by " + std::string(name_of(client.authentication)));
  }
  auto keys = known->keys;
  if (!client.jwks_uri.empty()) {
    keys = fetched_keys_.find(client.id, now);
    if (!keys) return Outcome{std::move(known), true};
  }
  if (!keys) return fail(Errc::invalid_client, "this client has no keys");
  const AssertionKey key = check_signature(*assertion, *keys);
  // A key we have not seen may be the client's new one.
  if (key == AssertionKey::unknown && !client.jwks_uri.empty()) {
    return Outcome{std::move(known), true};
  }
  if (key != AssertionKey::good) return fail(Errc::invalid_client, "assertion's signature");
  const std::string seen = digest_of(client.id + '\0' + assertion->id);
  if (!store_.note_once("client-assertion", seen, assertion->expires_at)) {
    return fail(Errc::invalid_client, "assertion used twice");
  }
  return Outcome{std::move(known)};
}

}  // namespace waf
