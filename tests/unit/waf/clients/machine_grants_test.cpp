// SPDX-License-Identifier: Apache-2.0
// Client credentials, audiences, introspection, revocation, opaque and bound tokens.
#include "tests/unit/waf/clients/client_fixture.hpp"
#include "waf/endpoints/bearer.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using test_support::gateway_audience;

class MachineGrants : public test_support::ClientFixture {
 protected:
  void SetUp() override {
    ClientFixture::SetUp();
    store.put_client(machine("shop"));
    store.put_client(service("orders", "https://orders.example"));
    store.put_client(service("stock", "https://stock.example"));
    store.put_client(service("gateway", gateway_audience));
  }
  std::string user_token() {
    return json_of(post("/token", code_fields(log_in())))["access_token"];
  }
  HttpRequest bearer(const std::string& token) {
    HttpRequest request;
    request.method = "GET";
    request.path = "/events";
    request.headers.add("Authorization", "Bearer " + token);
    return request;
  }
};

TEST_F(MachineGrants, ClientCredentialsSpeakOfTheClientAlone) {
  const auto answer = json_of(token_for("shop"));
  const auto claims = claims_of(answer["access_token"]);
  EXPECT_EQ(claims.subject, "shop");
  EXPECT_EQ(claims.client_id, "shop");
  EXPECT_EQ(claims.audience, std::vector<std::string>{"https://orders.example"});
  EXPECT_EQ(claims.scopes, std::vector<std::string>{"orders.read"});
  EXPECT_TRUE(claims.ims.impi.empty());
  EXPECT_FALSE(answer.contains("refresh_token"));
  EXPECT_EQ(answer["token_type"], "Bearer");
  EXPECT_EQ(answer["expires_in"], 600);
  // A gateway never takes it for a user's.
  EXPECT_FALSE(common::jose::verify_access_token(answer["access_token"].get<std::string>(),
                                                 keys.published()));
}

TEST_F(MachineGrants, ClientCredentialsGiveNoScopeOfUsersAndNoneOfOthers) {
  EXPECT_EQ(error_of(token_for("shop", {{"scope", "sip.register"}})), "invalid_scope");
  EXPECT_EQ(error_of(token_for("shop", {{"scope", "openid"}})), "invalid_scope");
  EXPECT_EQ(error_of(token_for("shop", {{"scope", "waf.admin"}})), "invalid_scope");
  EXPECT_EQ(json_of(token_for("shop", {{"scope", "orders.write"}}))["scope"], "orders.write");
}

TEST_F(MachineGrants, Attack74_OnlyRegisteredGrantTypesAreServed) {
  EXPECT_EQ(error_of(post("/token", {{"grant_type", "client_credentials"}, {"client_id", "demo"}})),
            "unauthorized_client");
  EXPECT_EQ(error_of(post_as("shop", "/token", {{"grant_type", "authorization_code"}})),
            "unauthorized_client");
  EXPECT_EQ(error_of(post_as("shop", "/token", {{"grant_type", "password"}})),
            "unsupported_grant_type");
}

TEST_F(MachineGrants, A16_ResourceBecomesTheOnlyAudience) {
  const auto stock = access_token_for("shop", {{"resource", "https://stock.example"}});
  EXPECT_EQ(claims_of(stock).audience, std::vector<std::string>{"https://stock.example"});
  EXPECT_EQ(error_of(token_for("shop", {{"resource", "https://other.example"}})), "invalid_target");
  EXPECT_EQ(error_of(token_for("shop", {{"resource", "https://stock.example"},
                                        {"resource", "https://orders.example"}})),
            "invalid_target");
}

TEST_F(MachineGrants, A16_AuthorizationMayNameSeveralResourcesAndEachTokenHasOne) {
  Client demo = *store.find_client("demo");
  demo.resources = {gateway_audience, "https://portal.example"};
  store.put_client(demo);
  auto request = request_fields();
  request.emplace_back("resource", "https://portal.example");
  request.emplace_back("resource", gateway_audience);
  const std::string code =
      parameter(submit(get("/authorize", request), "alice", "alice-demo"), "code");
  const auto first = json_of(post("/token", code_fields(code)));
  EXPECT_EQ(claims_of(first["access_token"]).audience.front(), "https://portal.example");
  const auto second = json_of(post("/token", {{"grant_type", "refresh_token"},
                                              {"refresh_token", first["refresh_token"]},
                                              {"resource", gateway_audience},
                                              {"client_id", "demo"}}));
  EXPECT_EQ(claims_of(second["access_token"]).audience.front(), gateway_audience);
  EXPECT_EQ(error_of(post("/token", {{"grant_type", "refresh_token"},
                                     {"refresh_token", second["refresh_token"]},
                                     {"resource", "https://other.example"},
                                     {"client_id", "demo"}})),
            "invalid_target");
}

TEST_F(MachineGrants, A14_IntrospectionTellsWhatTheTokenSays) {
  const auto token = access_token_for("shop");
  const auto answer = introspect_as("orders", token);
  EXPECT_EQ(answer["active"], true);
  EXPECT_EQ(answer["scope"], "orders.read");
  EXPECT_EQ(answer["client_id"], "shop");
  EXPECT_EQ(answer["aud"], "https://orders.example");
  EXPECT_EQ(answer["token_type"], "Bearer");
  const auto told = introspect_as("gateway", user_token());
  EXPECT_EQ(told["username"], "alice");
  EXPECT_EQ(told["ims"]["impi"], "alice@ims.example");
  EXPECT_FALSE(told["sid"].get<std::string>().empty());
}

TEST_F(MachineGrants, Attack44_IntrospectionAsksWhoIsThereAndTellsNothingOfForeignTokens) {
  const auto token = access_token_for("shop");
  EXPECT_EQ(post("/introspect", {{"token", token}}).status, 401U);
  EXPECT_EQ(post("/introspect", {{"token", token}, {"client_id", "demo"}}).status, 401U);
  EXPECT_EQ(post("/introspect", {{"token", token}, {"client_id", "orders"}}).status, 401U);
  const nlohmann::json nothing = {{"active", false}};
  EXPECT_EQ(introspect_as("stock", token), nothing);
  EXPECT_EQ(introspect_as("shop", token), nothing);
  EXPECT_EQ(introspect_as("orders", "unknown"), nothing);
  EXPECT_EQ(introspect_as("orders", "a.b.c"), nothing);
  const auto refresh_token = json_of(post("/token", code_fields(log_in())))["refresh_token"];
  EXPECT_EQ(introspect_as("gateway", refresh_token), nothing);
}

TEST_F(MachineGrants, A14_ExpiredRevokedAndDisabledTokensAreInactive) {
  const auto token = access_token_for("shop");
  const auto is_active = [&](const std::string& one) {
    return introspect_as("orders", one)["active"].get<bool>();
  };
  EXPECT_TRUE(is_active(token));
  now += seconds(600);
  EXPECT_FALSE(is_active(token));
  const auto second = access_token_for("shop");
  EXPECT_EQ(post_as("shop", "/revoke", {{"token", second}}).status, 200U);
  EXPECT_FALSE(is_active(second));
  const auto third = access_token_for("shop");
  Client shop = machine("shop");
  shop.enabled = false;
  store.put_client(shop);
  EXPECT_FALSE(is_active(third));
}

TEST_F(MachineGrants, A15_RevocationAsksForTheClientsProofAndKeepsToItsOwnTokens) {
  const auto token = access_token_for("shop");
  EXPECT_EQ(post("/revoke", {{"token", token}, {"client_id", "shop"}}).status, 401U);
  EXPECT_EQ(post_as("stock", "/revoke", {{"token", token}}).status, 200U);
  EXPECT_EQ(introspect_as("orders", token)["active"], true);
}

TEST_F(MachineGrants, A15_Attack27_AServiceReportsALeakedTokenOfItsOwnAudience) {
  const auto token = access_token_for("shop");
  EXPECT_EQ(post_as("orders", "/revoke", {{"token", token}}).status, 200U);
  EXPECT_EQ(introspect_as("orders", token)["active"], false);
  const auto refresh_token = json_of(post("/token", code_fields(log_in())))["refresh_token"];
  EXPECT_EQ(post_as("gateway", "/revoke", {{"token", refresh_token}}).status, 200U);
  EXPECT_EQ(post("/token", {{"grant_type", "refresh_token"},
                            {"client_id", "demo"},
                            {"refresh_token", refresh_token}})
                .status,
            200U)
      << "grants are their client's own";
}

TEST_F(MachineGrants, A34_OpaqueTokensStandInTheStoreAsDigestsAndSayTheSame) {
  Client shop = machine("shop");
  shop.token_format = TokenFormat::opaque;
  shop.access_token_lifetime = seconds(120);
  store.put_client(shop);
  const auto answer = json_of(token_for("shop"));
  const std::string token = answer["access_token"];
  EXPECT_EQ(token.size(), 43U);  // 256 bits
  EXPECT_EQ(answer["expires_in"], 120);
  EXPECT_FALSE(store.find_opaque_token(token));
  const auto told = introspect_as("orders", token);
  EXPECT_EQ(told["active"], true);
  EXPECT_EQ(told["sub"], "shop");
  EXPECT_EQ(told["scope"], "orders.read");
  EXPECT_EQ(post_as("shop", "/revoke", {{"token", token}}).status, 200U);
  EXPECT_EQ(introspect_as("orders", token)["active"], false);
}

TEST_F(MachineGrants, A34_OpaqueUserTokensCarryTheImsIdentity) {
  Client demo = *store.find_client("demo");
  demo.token_format = TokenFormat::opaque;
  store.put_client(demo);
  const auto token = user_token();
  EXPECT_EQ(token.find('.'), std::string::npos);
  EXPECT_EQ(introspect_as("gateway", token)["ims"]["impi"], "alice@ims.example");
  EXPECT_EQ(user_info(token).status, 200U);
  now += seconds(600);
  EXPECT_EQ(user_info(token).status, 401U);
}

TEST_F(MachineGrants, J17_TokensAreBoundToTheCertificate) {
  Client shop = machine("shop", ClientAuthentication::self_signed_tls_client_auth);
  const auto own = certificate("shop");
  shop.certificate_thumbprints = {certificate_thumbprint(*own)};
  shop.sender_constraint = SenderConstraint::mtls;
  shop.scopes = {"waf.events"};
  shop.default_scopes = shop.scopes;
  store.put_client(shop);
  const std::string token = json_of(token_by_certificate("shop", own, false))["access_token"];
  EXPECT_EQ(claims_of(token).certificate_thumbprint, certificate_thumbprint(*own));
  EXPECT_EQ(claims_of(token).audience.front(), settings.issuer);
  HttpRequest request = bearer(token);
  EXPECT_FALSE(authorize_bearer(context, request, "waf.events", now));
  request.client_certificate = certificate("thief");
  EXPECT_FALSE(authorize_bearer(context, request, "waf.events", now));
  request.client_certificate = own;
  EXPECT_TRUE(authorize_bearer(context, request, "waf.events", now));
}

TEST_F(MachineGrants, J17_RefreshTokensOfPublicClientsAreBoundToTheCertificate) {
  Client demo = *store.find_client("demo");
  demo.sender_constraint = SenderConstraint::mtls;
  store.put_client(demo);
  const std::string code = log_in();
  EXPECT_EQ(error_of(post("/token", code_fields(code))), "invalid_request");
  HttpRequest request = form_request("/token", code_fields(code));
  const auto own = certificate("phone");
  request.client_certificate = own;
  const auto first = json_of(send(request));
  ASSERT_TRUE(first.contains("refresh_token")) << first;
  HttpRequest renew = form_request("/token", {{"grant_type", "refresh_token"},
                                              {"refresh_token", first["refresh_token"]},
                                              {"client_id", "demo"}});
  renew.client_certificate = certificate("thief");
  EXPECT_EQ(error_of(send(renew)), "invalid_grant");
  renew.client_certificate = own;
  EXPECT_EQ(send(renew).status, 200U);
}

TEST_F(MachineGrants, AuthorizeBearerWantsAudienceAndScopeOfThisServer) {
  Client gateway = service("gateway", gateway_audience);
  gateway.scopes = {"waf.events", "waf.introspect", "orders.read"};
  gateway.default_scopes = {"waf.events"};
  store.put_client(gateway);
  const auto check = [&](const HttpRequest& request, const std::string& scope) {
    const auto token = authorize_bearer(context, request, scope, now);
    return token ? "ok" : token.error().code.message();
  };
  const auto events = bearer(access_token_for("gateway"));
  EXPECT_EQ(check(events, "waf.events"), "ok");
  EXPECT_EQ(check(events, "waf.introspect"), "insufficient_scope");
  EXPECT_EQ(check(bearer(access_token_for("gateway", {{"scope", "orders.read"}})), "orders.read"),
            "invalid_token");
  EXPECT_EQ(check(bearer(user_token()), "sip.register"), "invalid_token");
  HttpRequest nobody;
  EXPECT_EQ(check(nobody, "waf.events"), "login_required");
  EXPECT_EQ(error_of(token_for("gateway", {{"scope", "waf.events orders.read"}})), "invalid_scope");
  EXPECT_EQ(bearer_challenge(context, {Errc::insufficient_scope, {}}, "waf.events").status, 403U);
}

TEST_F(MachineGrants, Attack45_Attack60_NoOriginAndNoQueryIsListenedTo) {
  HttpRequest request = form_request("/introspect", {{"token", "x"}});
  request.headers.add("Authorization", basic("orders"));
  request.headers.add("Origin", "https://phone.example");
  EXPECT_FALSE(send(request).headers.has("Access-Control-Allow-Origin"));
  HttpRequest query = form_request("/token", {{"grant_type", "client_credentials"}});
  query.query = "client_id=shop&client_secret=" + std::string(test_support::secret);
  EXPECT_EQ(send(query).status, 401U);
}

TEST_F(MachineGrants, Attack58_JsonAndGetAreRefused) {
  HttpRequest request = form_request("/introspect", {{"token", "x"}});
  request.headers.set("Content-Type", "application/json");
  request.headers.add("Authorization", basic("orders"));
  EXPECT_EQ(send(request).status, 400U);
  EXPECT_EQ(get("/introspect").status, 405U);
}

TEST_F(MachineGrants, A12_MetadataNameWhatIsServed) {
  const auto document = json_of(get("/.well-known/oauth-authorization-server"));
  EXPECT_EQ(document["introspection_endpoint"], settings.issuer + "/introspect");
  EXPECT_THAT(document["token_endpoint_auth_methods_supported"],
              testing::Contains("private_key_jwt"));
  EXPECT_THAT(document["grant_types_supported"], testing::Contains("client_credentials"));
  EXPECT_FALSE(document.contains("registration_endpoint"));
  EXPECT_FALSE(document.contains("mtls_endpoint_aliases"));
  settings.mtls_url = "https://waf.example:8444";
  settings.registration = true;
  const auto more = json_of(get("/.well-known/openid-configuration"));
  EXPECT_EQ(more["mtls_endpoint_aliases"]["token_endpoint"], "https://waf.example:8444/token");
  EXPECT_EQ(more["registration_endpoint"], settings.issuer + "/register");
  EXPECT_THAT(more["token_endpoint_auth_methods_supported"], testing::Contains("tls_client_auth"));
}

}  // namespace
}  // namespace waf
