// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/waf/clients/client_fixture.hpp"

namespace waf {
namespace {

using test_support::gateway_audience;
using test_support::t0;

constexpr const char* exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
constexpr const char* access_token_type = "urn:ietf:params:oauth:token-type:access_token";

class TokenExchange : public test_support::ClientFixture {
 protected:
  void SetUp() override {
    ClientFixture::SetUp();
    Client portal = service("portal", gateway_audience);
    portal.grant_types = {exchange, "client_credentials"};
    portal.scopes = {"openid", "sip.register", "stock.read"};
    portal.default_scopes = {"stock.read"};
    portal.resources = {"https://stock.example"};
    store.put_client(portal);
    store.put_client(service("stock", "https://stock.example"));
    login_answer = json_of(post("/token", code_fields(log_in())));
    token = login_answer["access_token"];
  }
  HttpResponse exchange_as(const std::string& id, common::FormFields more = {}) {
    common::FormFields form = {{"grant_type", exchange},
                               {"subject_token", token},
                               {"subject_token_type", access_token_type}};
    for (auto& [name, value] : more) form = with(form, name, value);
    return post_as(id, "/token", form);
  }

  nlohmann::json login_answer;
  std::string token;
};

TEST_F(TokenExchange, A20_GivesATokenForAnotherServiceOfTheSameSession) {
  const auto answer = json_of(exchange_as("portal"));
  EXPECT_EQ(answer["issued_token_type"], access_token_type);
  EXPECT_FALSE(answer.contains("refresh_token"));
  const auto before = claims_of(token);
  const auto after = claims_of(answer["access_token"]);
  EXPECT_EQ(after.audience, std::vector<std::string>{"https://stock.example"});
  EXPECT_EQ(after.subject, before.subject);
  EXPECT_EQ(after.session, before.session);
  EXPECT_EQ(after.client_id, "portal");
  EXPECT_EQ(after.actor, R"({"sub":"portal"})");
  EXPECT_EQ(introspect_as("stock", answer["access_token"])["act"]["sub"], "portal");
}

TEST_F(TokenExchange, A20_NeverWidensScopeOrLife) {
  const auto scopes = json_of(exchange_as("portal"))["scope"].get<std::string>();
  EXPECT_EQ(scopes, "openid sip.register");  // what both have
  EXPECT_EQ(error_of(exchange_as("portal", {{"scope", "stock.read"}})), "invalid_scope");
  EXPECT_EQ(error_of(exchange_as("portal", {{"scope", "sip.call"}})), "invalid_scope");
  now = t0 + seconds(500);
  const auto late = json_of(exchange_as("portal"));
  EXPECT_EQ(late["expires_in"], 100);
  EXPECT_EQ(claims_of(late["access_token"]).expires_at, t0 + seconds(600));
}

TEST_F(TokenExchange, A20_GoesWithTheSessionAndTheGrant) {
  const std::string other = json_of(exchange_as("portal"))["access_token"];
  EXPECT_EQ(introspect_as("stock", other)["active"], true);
  EXPECT_EQ(
      post("/revoke", {{"token", login_answer["refresh_token"]}, {"client_id", "demo"}}).status,
      200U);
  EXPECT_EQ(introspect_as("stock", other)["active"], false);
  EXPECT_EQ(error_of(exchange_as("portal")), "invalid_request");
}

TEST_F(TokenExchange, A20_OnlyByWhomTheTokenIsForAndToWhatItMay) {
  Client outsider = machine("outsider");
  outsider.grant_types = {exchange};
  store.put_client(outsider);
  EXPECT_EQ(error_of(exchange_as("outsider")), "invalid_request");
  EXPECT_EQ(error_of(exchange_as("stock")), "unauthorized_client");
  EXPECT_EQ(error_of(exchange_as("portal", {{"audience", "https://other.example"}})),
            "invalid_target");
  EXPECT_EQ(error_of(exchange_as("portal", {{"resource", "https://other.example"}})),
            "invalid_target");
  EXPECT_EQ(exchange_as("portal", {{"audience", "https://stock.example"}}).status, 200U);
}

TEST_F(TokenExchange, A20_OnlyAccessTokensOfUsers) {
  EXPECT_EQ(error_of(exchange_as("portal", {{"subject_token", login_answer["refresh_token"]}})),
            "invalid_request");
  EXPECT_EQ(error_of(exchange_as("portal", {{"subject_token", login_answer["id_token"]}})),
            "invalid_request");
  EXPECT_EQ(error_of(exchange_as("portal", {{"subject_token", access_token_for("portal")}})),
            "invalid_request");
  EXPECT_EQ(error_of(exchange_as("portal", {{"subject_token_type",
                                             "urn:ietf:params:oauth:token-type:refresh_token"}})),
            "invalid_request");
}

TEST_F(TokenExchange, A20_ActorsNestAndMustBeTheClientsOwn) {
  const auto own = access_token_for("portal");
  const auto answer = json_of(
      exchange_as("portal", {{"actor_token", own}, {"actor_token_type", access_token_type}}));
  EXPECT_EQ(claims_of(answer["access_token"]).actor, R"({"sub":"portal"})");
  EXPECT_EQ(error_of(exchange_as(
                "portal", {{"actor_token", token}, {"actor_token_type", access_token_type}})),
            "invalid_request");
  Client stock = service("stock", "https://stock.example");
  stock.grant_types = {exchange};
  stock.scopes = {"openid"};
  store.put_client(stock);
  const auto nested = json_of(exchange_as("stock", {{"subject_token", answer["access_token"]}}));
  const nlohmann::json chain = {{"sub", "stock"}, {"act", {{"sub", "portal"}}}};
  EXPECT_EQ(nlohmann::json::parse(claims_of(nested["access_token"]).actor), chain);
}

}  // namespace
}  // namespace waf
