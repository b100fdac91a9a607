// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/waf/server_fixture.hpp"

namespace waf {
namespace {

using test_support::challenge;
using test_support::t0;
using test_support::verifier;

using Grants = test_support::ServerFixture;

TEST_F(Grants, J12_CodeAndPkceGiveATokenWithEveryClaim) {
  const auto answer = json_of(post("/token", code_fields(log_in())));
  const auto token = common::jose::verify_access_token(answer["access_token"].get<std::string>(),
                                                       keys.published());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->issuer, settings.issuer);
  EXPECT_EQ(token->audience, std::vector<std::string>{settings.audience});
  EXPECT_EQ(token->subject, "u-1");
  EXPECT_EQ(token->expires_at, t0 + seconds(600));
  EXPECT_EQ(token->ims.impi, "alice@ims.example");
  EXPECT_EQ(token->ims.waf, "waf.ims.example");
  EXPECT_TRUE(answer.contains("refresh_token"));
  EXPECT_TRUE(answer.contains("id_token"));
}

TEST_F(Grants, A05_CodeUsedTwiceRevokesAllItGave_Attack32) {
  const std::string code = log_in();
  const auto answer = json_of(post("/token", code_fields(code)));
  EXPECT_EQ(user_info(answer["access_token"]).status, 200U);
  EXPECT_EQ(error_of(post("/token", code_fields(code))), "invalid_grant");
  EXPECT_EQ(user_info(answer["access_token"]).status, 401U);
  EXPECT_EQ(error_of(refresh(answer["refresh_token"])), "invalid_grant");
}

TEST_F(Grants, A06_ReplayWithoutTheVerifierRevokesNothing_Attack31_Attack33) {
  const std::string code = log_in();
  const auto answer = json_of(post("/token", code_fields(code)));
  const std::string wrong(43, 'a');
  EXPECT_EQ(error_of(post("/token", with(code_fields(code), "code_verifier", wrong))),
            "invalid_grant");
  EXPECT_EQ(user_info(answer["access_token"]).status, 200U);
}

TEST_F(Grants, A07_CodeExpiresAfterAMinute) {
  const std::string code = log_in();
  now += seconds(60);
  EXPECT_EQ(error_of(post("/token", code_fields(code))), "invalid_grant");
}

TEST_F(Grants, A03_A04_PkceCannotBeLeftOutOrWeakened_Attack34) {
  for (const auto& [name, value] : common::FormFields{{"code_challenge", ""},
                                                      {"code_challenge_method", "plain"},
                                                      {"code_challenge_method", ""},
                                                      {"code_challenge", "short"}}) {
    const auto answer = get("/authorize", with(request_fields(), name, value));
    EXPECT_EQ(parameter(answer, "error"), "invalid_request") << name << value;
    EXPECT_EQ(parameter(answer, "iss"), settings.issuer);  // A11 on errors
  }
  const std::string code = log_in();
  EXPECT_EQ(error_of(post("/token", with(code_fields(code), "code_verifier", ""))),
            "invalid_grant");
}

TEST_F(Grants, A01_A02_OnlyTheExactRedirectUriIsUsed_Attack35) {
  const std::string good = test_support::redirect_uri;
  for (const std::string& uri :
       {good + "/", good + "?x=1", std::string("https://u@phone.example/app/callback"),
        std::string("https://PHONE.example/app/callback"),
        std::string("https://phone.example/app/%63allback"),
        std::string("https://phone.example:8443/app/callback"),
        std::string("https://x.phone.example/app/callback"),
        std::string("http://phone.example/app/callback"), std::string()}) {
    const auto answer = get("/authorize", with(request_fields(), "redirect_uri", uri));
    EXPECT_EQ(answer.status, 400U) << uri;
    EXPECT_FALSE(answer.headers.has("Location")) << uri;
  }
}

TEST_F(Grants, A08_ReuseOfARotatedRefreshTokenEndsTheFamily_Attack42) {
  const auto first = json_of(post("/token", code_fields(log_in())));
  const auto second = json_of(refresh(first["refresh_token"]));
  now += seconds(6);
  EXPECT_EQ(error_of(refresh(first["refresh_token"])), "invalid_grant");
  EXPECT_EQ(error_of(refresh(second["refresh_token"])), "invalid_grant");
  EXPECT_EQ(user_info(second["access_token"]).status, 401U);
}

TEST_F(Grants, A08_LostAnswerMayBeAskedForAgainWhileTheSuccessorIsUnused) {
  const auto first = json_of(post("/token", code_fields(log_in())));
  const auto second = json_of(refresh(first["refresh_token"]));
  now += seconds(5);
  EXPECT_EQ(json_of(refresh(first["refresh_token"]))["refresh_token"], second["refresh_token"]);
  EXPECT_EQ(refresh(second["refresh_token"]).status, 200U);
  EXPECT_EQ(error_of(refresh(first["refresh_token"])), "invalid_grant");
}

TEST_F(Grants, A09_RefreshIsBoundToClientAndScope_Attack43) {
  const auto first = json_of(post("/token", code_fields(log_in())));
  const common::FormFields fields = {{"grant_type", "refresh_token"},
                                     {"refresh_token", first["refresh_token"]},
                                     {"client_id", "demo"}};
  EXPECT_EQ(error_of(post("/token", with(fields, "client_id", "other"))), "invalid_grant");
  EXPECT_EQ(error_of(post("/token", with(fields, "scope", "sip.call"))), "invalid_scope");
  EXPECT_EQ(json_of(post("/token", with(fields, "scope", "sip.register")))["scope"],
            "sip.register");
}

TEST_F(Grants, A08_RefreshTokensEndIdleAndAbsolutely) {
  auto token = json_of(post("/token", code_fields(log_in())))["refresh_token"].get<std::string>();
  now += settings.refresh_idle - seconds(1);
  token = json_of(refresh(token))["refresh_token"];
  now += settings.refresh_idle;
  EXPECT_EQ(error_of(refresh(token)), "invalid_grant");
}

TEST_F(Grants, A10_NoOtherGrantOrResponseType) {
  for (const std::string grant : {"password", "implicit"}) {
    EXPECT_EQ(error_of(post("/token", {{"grant_type", grant}, {"client_id", "demo"}})),
              "unsupported_grant_type");
  }
  EXPECT_EQ(parameter(get("/authorize", with(request_fields(), "response_type", "token")), "error"),
            "unsupported_response_type");
}

TEST_F(Grants, A25_RepeatedParametersAreRefused_Attack39) {
  auto fields = request_fields();
  fields.emplace_back("nonce", "two");
  EXPECT_EQ(parameter(get("/authorize", fields), "error"), "invalid_request");
  fields.emplace_back("client_id", "demo");
  EXPECT_EQ(get("/authorize", fields).status, 400U);
  auto token = code_fields(log_in());
  token.emplace_back("code", "x");
  EXPECT_EQ(error_of(post("/token", token)), "invalid_request");
}

TEST_F(Grants, A26_TokenAnswersAreNotStored_Attack58_Attack60) {
  const auto answer = post("/token", code_fields(log_in()));
  EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(get("/token", code_fields("x")).status, 405U);
  HttpRequest json;
  json.method = "POST";
  json.path = "/token";
  json.headers.add("Content-Type", "application/json");
  EXPECT_EQ(send(json).status, 400U);
}

TEST_F(Grants, A15_RevocationEndsTheFamilyAndIgnoresUnknownTokens) {
  const auto first = json_of(post("/token", code_fields(log_in())));
  EXPECT_EQ(post("/revoke", {{"token", "nothing"}, {"client_id", "demo"}}).status, 200U);
  EXPECT_EQ(post("/revoke", {{"token", first["refresh_token"]}, {"client_id", "other"}}).status,
            200U);
  EXPECT_EQ(user_info(first["access_token"]).status, 200U);
  EXPECT_EQ(post("/revoke", {{"token", first["refresh_token"]}, {"client_id", "demo"}}).status,
            200U);
  EXPECT_EQ(user_info(first["access_token"]).status, 401U);
}

TEST_F(Grants, A16_OtherResourcesAreRefused) {
  EXPECT_EQ(parameter(get("/authorize", with(request_fields(), "resource", "sip:x")), "error"),
            "invalid_target");
}

TEST_F(Grants, A34_SecretsStandInTheStoreAsDigestsOnly) {
  const std::string code = log_in();
  EXPECT_FALSE(store.find_code(code));
  EXPECT_FALSE(store.find_session(session));
}

}  // namespace
}  // namespace waf
