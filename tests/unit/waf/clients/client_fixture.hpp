// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "common/encoding.hpp"
#include "common/jose/jws.hpp"
#include "common/jose/signing_key.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/clients/certificate.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::test_support {

inline constexpr const char* secret = "a-secret-of-256-random-bits-in-real-life-1";
inline constexpr const char* gateway_audience = "sip:gateway.ims.example";

/// The server with clients that authenticate.
class ClientFixture : public ServerFixture {
 protected:
  /// A machine named `id`, with the secret above.
  Client machine(const std::string& id,
                 ClientAuthentication method = ClientAuthentication::client_secret_basic) {
    Client out;
    out.id = id;
    out.name = id;
    out.scopes = {"orders.read", "orders.write", "sip.register", "openid"};
    out.default_scopes = {"orders.read"};
    out.authentication = method;
    out.secrets = {{digest_of(secret), t0, {}}};
    out.grant_types = {"client_credentials"};
    out.resources = {"https://orders.example", "https://stock.example"};
    return out;
  }
  Client service(const std::string& id, const std::string& audience) {
    Client out = machine(id);
    out.serves = {audience};
    return out;
  }
  static std::string basic(const std::string& id, const std::string& password = secret) {
    const std::string pair = common::percent_encode(id) + ":" + common::percent_encode(password);
    return "Basic " + common::base64_encode(common::bytes_of(pair));
  }
  HttpResponse post_as(const std::string& id, const std::string& path, common::FormFields form) {
    HttpRequest request = form_request(path, form);
    request.headers.add("Authorization", basic(id));
    return send(std::move(request));
  }
  static HttpRequest form_request(const std::string& path, const common::FormFields& form) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = common::encode_form(form);
    return request;
  }
  HttpResponse token_for(const std::string& id, common::FormFields more = {}) {
    more.emplace_back("grant_type", "client_credentials");
    return post_as(id, "/token", std::move(more));
  }
  std::string access_token_for(const std::string& id, common::FormFields more = {}) {
    return json_of(token_for(id, std::move(more))).value("access_token", "");
  }
  nlohmann::json introspect_as(const std::string& id, const std::string& token) {
    return json_of(post_as(id, "/introspect", {{"token", token}}));
  }
  common::jose::AccessToken claims_of(const std::string& token) {
    return common::jose::verify_access_token(token, keys.published(), {.types = {"at+jwt"}},
                                             common::jose::ImsPart::optional)
        .value();
  }
  nlohmann::json assertion_claims(const std::string& id) {
    return {{"iss", id},
            {"sub", id},
            {"aud", settings.issuer},
            {"jti", random.base64url(16)},
            {"iat", common::unix_seconds(now)},
            {"exp", common::unix_seconds(now + seconds(60))}};
  }
  static std::string jwks_of(const common::jose::SigningKey& key) {
    common::jose::KeySet keys;
    keys.add(key.public_key());
    return keys.to_json();
  }
  HttpResponse token_by_assertion(const std::string& assertion, common::FormFields more = {}) {
    more.emplace_back("grant_type", "client_credentials");
    more.emplace_back("client_assertion_type",
                      "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    more.emplace_back("client_assertion", assertion);
    return post("/token", more);
  }
  /// DER of a certificate whose subject is CN=<name>, with the names of localhost.
  static std::shared_ptr<const std::string> certificate(const std::string& name) {
    const test::TemporaryFolder folder;
    test::write_certificate(folder.path() / "c.pem", folder.path() / "c.key", name);
    std::ifstream in(folder.path() / "c.pem");
    const std::string pem{std::istreambuf_iterator<char>(in), {}};
    std::string body;
    std::size_t at = pem.find('\n') + 1;
    const std::size_t end = pem.find("-----END");
    for (; at < end; ++at) {
      if (pem[at] != '\n') body += pem[at];
    }
    const auto der = common::base64_decode(body).value();
    return std::make_shared<const std::string>(common::text_of(der));
  }
  HttpResponse token_by_certificate(const std::string& id, std::shared_ptr<const std::string> der,
                                    bool trusted) {
    HttpRequest request =
        form_request("/token", {{"grant_type", "client_credentials"}, {"client_id", id}});
    request.client_certificate = std::move(der);
    request.client_certificate_trusted = trusted;
    return send(std::move(request));
  }
};

}  // namespace waf::test_support
