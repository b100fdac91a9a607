// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/pages/layout.hpp"

namespace waf {
namespace {

using testing::HasSubstr;
using testing::Not;

using Pages = test_support::ServerFixture;

TEST_F(Pages, A32_LoginGivesANewHostCookie_Attack48_Attack54) {
  const auto page = get("/authorize", request_fields());
  session = "planted";
  const auto answer = submit(page, "alice", "alice-demo");
  EXPECT_EQ(answer.status, 303U);
  EXPECT_NE(session, "planted");
  EXPECT_THAT(
      std::string(answer.headers.get("Set-Cookie")),
      testing::AllOf(HasSubstr("__Host-waf_sid="), HasSubstr("Secure"), HasSubstr("HttpOnly"),
                     HasSubstr("SameSite=Lax"), HasSubstr("Path=/"), Not(HasSubstr("Domain"))));
}

TEST_F(Pages, A29_PagesCannotBeFramed_Attack46) {
  const auto page = get("/authorize", request_fields());
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")),
              HasSubstr("frame-ancestors 'none'"));
  EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
}

TEST_F(Pages, A33_FormsNeedTheirToken_Attack47) {
  const auto page = get("/authorize", request_fields());
  auto fields = common::FormFields{
      {"request", field(page.body, "request")}, {"username", "alice"}, {"password", "alice-demo"}};
  EXPECT_EQ(post("/login", fields).status, 403U);
  fields.emplace_back("csrf", field(page.body, "csrf"));
  login = std::string(43, 'x');  // another browser
  EXPECT_EQ(post("/login", fields).status, 403U);
  EXPECT_EQ(password_checks, 0);
}

TEST_F(Pages, A33_FormsFromOtherSitesAreRefused_Attack47) {
  const auto page = get("/authorize", request_fields());
  HttpRequest request;
  request.method = "POST";
  request.path = "/login";
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  request.headers.add("Origin", "https://evil.example");
  request.body = common::encode_form(
      {{"csrf", field(page.body, "csrf")}, {"username", "alice"}, {"password", "alice-demo"}});
  EXPECT_EQ(send(request).status, 403U);
}

TEST_F(Pages, A31_UnknownUsersLookLikeWrongPasswords_Attack49) {
  const auto known = submit(get("/authorize", request_fields()), "alice", "wrong-password");
  const auto unknown = submit(get("/authorize", request_fields()), "nobody", "wrong-password");
  EXPECT_EQ(known.status, unknown.status);
  EXPECT_EQ(password_checks, 2);  // the unknown user costs a hash as well
  EXPECT_THAT(known.body, HasSubstr("The user name or password is not right."));
  EXPECT_THAT(unknown.body, HasSubstr("The user name or password is not right."));
}

TEST_F(Pages, A31_GuessingIsSlowedDownAndLocked_Attack49) {
  const auto page = get("/authorize", request_fields());
  EXPECT_EQ(submit(page, "alice", "wrong-one-1").status, 400U);
  EXPECT_EQ(submit(page, "alice", "wrong-one-2").status, 400U);
  EXPECT_EQ(submit(page, "alice", "alice-demo").status, 429U);
  now += seconds(1);
  EXPECT_EQ(submit(page, "alice", "alice-demo").status, 303U);
}

TEST_F(Pages, A31_TooManyLoginsFromOneAddressGet429) {
  settings.login_per_address = {3, seconds(60)};
  context.login_per_address = RateLimiter(settings.login_per_address);
  for (int i = 0; i < 3; ++i) EXPECT_NE(post("/login", {}).status, 429U);
  EXPECT_EQ(post("/login", {}).status, 429U);
  now += seconds(20);
  EXPECT_NE(post("/login", {}).status, 429U);
}

TEST_F(Pages, A22_E07_PromptAndMaxAge) {
  EXPECT_EQ(parameter(get("/authorize", with(request_fields(), "prompt", "none")), "error"),
            "login_required");
  log_in();
  EXPECT_FALSE(
      parameter(get("/authorize", with(request_fields(), "prompt", "none")), "code").empty());
  EXPECT_EQ(get("/authorize", with(request_fields(), "prompt", "login")).status, 200U);
  now += seconds(100);
  EXPECT_EQ(get("/authorize", with(request_fields(), "max_age", "99")).status, 200U);
  EXPECT_EQ(get("/authorize", with(request_fields(), "max_age", "100")).status, 303U);
}

TEST_F(Pages, A32_SessionsEndIdleAndAbsolutely) {
  log_in();
  now += settings.session_idle;
  EXPECT_EQ(get("/authorize", request_fields()).status, 200U);
}

TEST_F(Pages, A23_LogoutAsksUnlessTheHintProvesTheSession_Attack36_Attack47) {
  const auto tokens = json_of(post("/token", code_fields(log_in())));
  EXPECT_EQ(
      get("/logout", {{"client_id", "demo"}, {"post_logout_redirect_uri", "https://evil/"}}).status,
      400U);
  EXPECT_THAT(get("/logout").body, HasSubstr("Sign out?"));
  EXPECT_EQ(post("/logout", {{"csrf", "x"}}).status, 403U);
  const auto answer = get("/logout", {{"id_token_hint", tokens["id_token"]},
                                      {"post_logout_redirect_uri", "https://phone.example/"},
                                      {"state", "s"}});
  EXPECT_EQ(answer.headers.get("Location"), "https://phone.example/?state=s");
  EXPECT_EQ(user_info(tokens["access_token"]).status, 401U);
  EXPECT_EQ(error_of(refresh(tokens["refresh_token"])), "invalid_grant");
}

TEST_F(Pages, A28_CorsForRegisteredOriginsAndNeverForAuthorize_Attack45) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/jwks";
  request.headers.add("Origin", "https://phone.example");
  EXPECT_EQ(send(request).headers.get("Access-Control-Allow-Origin"), "https://phone.example");
  request.path = "/authorize";
  EXPECT_FALSE(send(request).headers.has("Access-Control-Allow-Origin"));
  request.path = "/jwks";
  request.headers.set("Origin", "https://evil.example");
  EXPECT_FALSE(send(request).headers.has("Access-Control-Allow-Origin"));
}

TEST_F(Pages, A12_MetadataComesFromTheIssuerAlone_Attack51) {
  HttpRequest request;
  request.method = "GET";
  request.path = "/.well-known/openid-configuration";
  request.headers.add("Host", "evil.example");
  const auto oidc = json_of(send(request));
  request.path = "/.well-known/oauth-authorization-server";
  EXPECT_EQ(json_of(send(request)), oidc);
  EXPECT_EQ(oidc["token_endpoint"], "https://waf.example/token");
}

TEST_F(Pages, TextsAreEscaped) {
  const auto page =
      get("/authorize", with(request_fields(), "login_hint", "\"><script>alert(1)</script>"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
}

}  // namespace
}  // namespace waf
