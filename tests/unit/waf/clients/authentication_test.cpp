// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/waf/clients/client_fixture.hpp"

namespace waf {
namespace {

using test_support::secret;
using test_support::t0;
using testing::HasSubstr;

class ClientAuthenticationTest : public test_support::ClientFixture {
 protected:
  void SetUp() override {
    ClientFixture::SetUp();
    Client keyed = machine("keyed", ClientAuthentication::private_key_jwt);
    keyed.jwks = jwks_of(key);
    store.put_client(keyed);
    store.put_client(machine("basic"));
    store.put_client(machine("post", ClientAuthentication::client_secret_post));
  }
  std::string assertion(const nlohmann::json& claims, const std::string& type = "JWT") {
    return common::jose::Signer(key, type).sign(claims.dump());
  }

  common::jose::SigningKey key = common::io::generate_signing_key("client-key");
};

TEST_F(ClientAuthenticationTest, A17_EachSecretMethodWorksAndNoOther) {
  EXPECT_EQ(token_for("basic").status, 200U);
  const common::FormFields form = {{"grant_type", "client_credentials"}};
  const auto by_post = [&](const std::string& id) {
    auto fields = form;
    fields.emplace_back("client_id", id);
    fields.emplace_back("client_secret", secret);
    return post("/token", fields);
  };
  EXPECT_EQ(by_post("post").status, 200U);
  EXPECT_EQ(error_of(by_post("basic")), "invalid_client");
  EXPECT_EQ(error_of(token_for("post")), "invalid_client");
  EXPECT_EQ(error_of(token_for("keyed")), "invalid_client");
}

TEST_F(ClientAuthenticationTest, Attack40_ConfidentialClientWithoutProofIsRefused) {
  for (const auto* id : {"basic", "post", "keyed"}) {
    const auto answer = post("/token", {{"grant_type", "client_credentials"}, {"client_id", id}});
    EXPECT_EQ(answer.status, 401U) << id;
    EXPECT_EQ(error_of(answer), "invalid_client") << id;
  }
  EXPECT_EQ(error_of(post("/token", {{"grant_type", "client_credentials"}})), "invalid_client");
}

TEST_F(ClientAuthenticationTest, A17_WrongSecretsAreRefusedWithTheSchemeThatWasTried) {
  HttpRequest request = form_request("/token", {{"grant_type", "client_credentials"}});
  request.headers.add("Authorization", basic("basic", "wrong"));
  const auto answer = send(request);
  EXPECT_EQ(answer.status, 401U);
  EXPECT_THAT(std::string(answer.headers.get("WWW-Authenticate")), HasSubstr("Basic realm="));
  for (const auto* header : {"Basic", "Basic !", "Basic YWJj", "Bearer abc", "Basic  YTpi"}) {
    HttpRequest odd = form_request("/token", {{"grant_type", "client_credentials"}});
    odd.headers.add("Authorization", header);
    EXPECT_EQ(send(odd).status, 401U) << header;
  }
}

TEST_F(ClientAuthenticationTest, A25_TwoWaysAtOnceAreInvalid_Attack39) {
  const auto both =
      post_as("basic", "/token", {{"grant_type", "client_credentials"}, {"client_secret", secret}});
  EXPECT_EQ(error_of(both), "invalid_request");
  const auto other_name =
      post_as("basic", "/token", {{"grant_type", "client_credentials"}, {"client_id", "post"}});
  EXPECT_EQ(error_of(other_name), "invalid_request");
}

TEST_F(ClientAuthenticationTest, A35_SecretsRotateWithAnOverlap) {
  Client client = machine("basic");
  client.secrets = {{digest_of(secret), t0, t0 + seconds(100)}, {digest_of("the-new-one"), t0, {}}};
  store.put_client(client);
  EXPECT_EQ(token_for("basic").status, 200U);
  now = t0 + seconds(100);
  EXPECT_EQ(error_of(token_for("basic")), "invalid_client");
  HttpRequest request = form_request("/token", {{"grant_type", "client_credentials"}});
  request.headers.add("Authorization", basic("basic", "the-new-one"));
  EXPECT_EQ(send(request).status, 200U);
}

TEST_F(ClientAuthenticationTest, A17_PrivateKeyJwt) {
  const auto answer = token_by_assertion(assertion(assertion_claims("keyed")));
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(claims_of(json_of(answer)["access_token"]).subject, "keyed");
  auto claims = assertion_claims("keyed");
  claims["aud"] = {settings.issuer, settings.issuer + "/token"};
  EXPECT_EQ(token_by_assertion(assertion(claims)).status, 200U);
  EXPECT_EQ(token_by_assertion(assertion(assertion_claims("keyed"), "client-authentication+jwt"),
                               {{"client_id", "keyed"}})
                .status,
            200U);
}

TEST_F(ClientAuthenticationTest, Attack41_AssertionsAreUsedOnce) {
  const std::string once = assertion(assertion_claims("keyed"));
  EXPECT_EQ(token_by_assertion(once).status, 200U);
  EXPECT_EQ(error_of(token_by_assertion(once)), "invalid_client");
}

TEST_F(ClientAuthenticationTest, Attack41_AssertionsForOthersOrWithoutAnEndAreRefused) {
  const auto refused = [&](const char* name, const nlohmann::json& value) {
    auto claims = assertion_claims("keyed");
    if (value.is_null()) {
      claims.erase(name);
    } else {
      claims[name] = value;
    }
    return error_of(token_by_assertion(assertion(claims))) == "invalid_client";
  };
  EXPECT_TRUE(refused("aud", "https://other.example"));
  EXPECT_TRUE(refused("aud", settings.issuer + "/"));
  EXPECT_TRUE(refused("aud", settings.issuer + "/token"));
  EXPECT_TRUE(refused("aud", {settings.issuer, "https://other.example"}));
  EXPECT_TRUE(refused("aud", nullptr));
  EXPECT_TRUE(refused("iss", "basic"));
  EXPECT_TRUE(refused("sub", "basic"));
  EXPECT_TRUE(refused("jti", nullptr));
  EXPECT_TRUE(refused("exp", nullptr));
  EXPECT_TRUE(refused("exp", "soon"));
  EXPECT_TRUE(refused("exp", common::unix_seconds(now)));
  EXPECT_TRUE(refused("exp", common::unix_seconds(now + seconds(91))));
  EXPECT_TRUE(refused("exp", 1e300));
  EXPECT_TRUE(refused("nbf", common::unix_seconds(now + seconds(31))));
}

TEST_F(ClientAuthenticationTest, Attack41_AssertionsOfOtherKeysAreRefused) {
  const auto thief = common::io::generate_signing_key("client-key");
  const auto stranger = common::io::generate_signing_key("another");
  for (const auto* forger : {&thief, &stranger}) {
    const std::string forged =
        common::jose::Signer(*forger, "JWT").sign(assertion_claims("keyed").dump());
    EXPECT_EQ(error_of(token_by_assertion(forged)), "invalid_client");
  }
  EXPECT_EQ(error_of(token_by_assertion(assertion(assertion_claims("keyed"), "at+jwt"))),
            "invalid_client");
  EXPECT_EQ(error_of(token_by_assertion("a.b.c")), "invalid_client");
  EXPECT_EQ(error_of(token_by_assertion(assertion(assertion_claims("basic")))), "invalid_client");
}

TEST_F(ClientAuthenticationTest, A17_KeysAreFetchedFromJwksUriOnceAndKept) {
  Client client = machine("remote", ClientAuthentication::private_key_jwt);
  client.jwks_uri = "https://client.example/jwks.json";
  store.put_client(client);
  on_fetch = [&](const Fetch&) {
    HttpResponse out;
    out.body = jwks_of(key);
    return FetchResult(out);
  };
  EXPECT_EQ(token_by_assertion(assertion(assertion_claims("remote"))).status, 200U);
  EXPECT_EQ(token_by_assertion(assertion(assertion_claims("remote"))).status, 200U);
  ASSERT_EQ(fetches.size(), 1U);
  EXPECT_EQ(fetches[0].url, client.jwks_uri);
  // Attack 56: the shell must not follow it into our own network.
  EXPECT_EQ(fetches[0].reach, Fetch::Reach::named_by_stranger);
}

TEST_F(ClientAuthenticationTest, A17_UnknownKeysFetchAgainAtMostOnceAMinute) {
  Client client = machine("remote", ClientAuthentication::private_key_jwt);
  client.jwks_uri = "https://client.example/jwks.json";
  store.put_client(client);
  auto published = common::io::generate_signing_key("former");
  on_fetch = [&](const Fetch&) {
    HttpResponse out;
    out.body = jwks_of(published);
    return FetchResult(out);
  };
  EXPECT_EQ(error_of(token_by_assertion(assertion(assertion_claims("remote")))), "invalid_client");
  published = key;
  EXPECT_EQ(error_of(token_by_assertion(assertion(assertion_claims("remote")))), "invalid_client");
  EXPECT_EQ(fetches.size(), 1U);
  now += seconds(60);
  EXPECT_EQ(token_by_assertion(assertion(assertion_claims("remote"))).status, 200U);
  EXPECT_EQ(fetches.size(), 2U);
}

TEST_F(ClientAuthenticationTest, A17_UnreachableKeysRefuseTheClient) {
  Client client = machine("remote", ClientAuthentication::private_key_jwt);
  client.jwks_uri = "https://client.example/jwks.json";
  store.put_client(client);
  EXPECT_EQ(error_of(token_by_assertion(assertion(assertion_claims("remote")))), "invalid_client");
}

TEST_F(ClientAuthenticationTest, A17_TlsClientAuthWantsAuthorityAndName) {
  Client client = machine("tls", ClientAuthentication::tls_client_auth);
  client.certificate_name.subject_dn = "CN=machine.example";
  store.put_client(client);
  const auto good = certificate("machine.example");
  EXPECT_EQ(token_by_certificate("tls", good, true).status, 200U);
  EXPECT_EQ(token_by_certificate("tls", good, false).status, 401U);
  EXPECT_EQ(token_by_certificate("tls", certificate("other.example"), true).status, 401U);
  EXPECT_EQ(token_by_certificate("tls", nullptr, false).status, 401U);
  client.certificate_name = {};
  client.certificate_name.san_dns = "LOCALHOST";
  store.put_client(client);
  EXPECT_EQ(token_by_certificate("tls", good, true).status, 200U);
  client.certificate_name = {};
  client.certificate_name.san_ip = "::1";
  store.put_client(client);
  EXPECT_EQ(token_by_certificate("tls", good, true).status, 200U);
  client.certificate_name.san_ip = "::2";
  store.put_client(client);
  EXPECT_EQ(token_by_certificate("tls", good, true).status, 401U);
}

TEST_F(ClientAuthenticationTest, A17_SelfSignedCertificateIsKnownByItsThumbprint) {
  const auto own = certificate("any");
  Client client = machine("self", ClientAuthentication::self_signed_tls_client_auth);
  client.certificate_thumbprints = {certificate_thumbprint(*own)};
  store.put_client(client);
  EXPECT_EQ(token_by_certificate("self", own, false).status, 200U);
  EXPECT_EQ(token_by_certificate("self", certificate("any"), false).status, 401U);
}

TEST_F(ClientAuthenticationTest, A17_DisabledClientsAreRefusedAtOnce) {
  EXPECT_EQ(token_for("basic").status, 200U);
  Client client = machine("basic");
  client.enabled = false;
  store.put_client(client);
  EXPECT_EQ(error_of(token_for("basic")), "invalid_client");
}

TEST_F(ClientAuthenticationTest, A31_FailedAuthenticationIsThrottledByAddressNotByClient) {
  settings.token_per_address = {3, seconds(60)};
  context.token_per_address = RateLimiter(settings.token_per_address);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(token_for("basic").status, 200U);
  HttpRequest wrong = form_request("/token", {{"grant_type", "client_credentials"}});
  wrong.headers.add("Authorization", basic("basic", "guess"));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(wrong).status, 401U);
  EXPECT_EQ(send(wrong).status, 429U);
}

}  // namespace
}  // namespace waf
