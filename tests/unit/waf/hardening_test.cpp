// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <thread>

#include "common/encoding.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/grants/redirect_uri.hpp"
#include "waf/pages/layout.hpp"
#include "waf/tokens/password_hash.hpp"

namespace waf {
namespace {

using testing::HasSubstr;
using testing::Not;

class Hardening : public test_support::ServerFixture {
 protected:
  HttpResponse request(const std::string& method, const std::string& path,
                       const std::string& origin = "") {
    HttpRequest http;
    http.method = method;
    http.path = path;
    if (!origin.empty()) http.headers.add("Origin", origin);
    return send(std::move(http));
  }
};

TEST_F(Hardening, A01_OnlyTheLoopbackPortMayVary_Attack35) {
  const std::vector<std::string> registered = {"http://127.0.0.1/cb", "http://[::1]:1/cb",
                                               "https://a.example/cb", "com.example.app:/cb"};
  for (const auto* good : {"http://127.0.0.1:49152/cb", "http://127.0.0.1/cb", "http://[::1]:9/cb",
                           "https://a.example/cb", "com.example.app:/cb"}) {
    EXPECT_TRUE(is_registered_redirect(good, registered)) << good;
  }
  for (const auto* bad :
       {"http://127.0.0.1:49152/other", "http://127.0.0.1:/cb", "http://127.0.0.1:999999/cb",
        "http://127.0.0.1:80@evil.example/cb", "http://127.0.0.1.evil.example/cb",
        "http://localhost:80/cb", "https://a.example:444/cb", "http://127.0.0.1:1x/cb"}) {
    EXPECT_FALSE(is_registered_redirect(bad, registered)) << bad;
  }
}

TEST_F(Hardening, A01_WhatCannotBeARedirectIsNotRegistered_Attack35) {
  for (const auto* good : {"https://a.example/cb?x=1", "http://[::1]/", "com.example.app:/cb"}) {
    EXPECT_TRUE(may_be_redirect(good)) << good;
  }
  for (const auto* bad : {"https://a.example/#f", "https://*.example/", "http://a.example/",
                          "https://u:p@a.example/", "javascript:alert(1)", "data:text/html,x",
                          "a.b;script-src 'unsafe-inline':x", "a.b\r\nX: y:/", "A.b:/", ""}) {
    EXPECT_FALSE(may_be_redirect(bad)) << bad;
  }
  EXPECT_TRUE(is_origin("https://a.example"));
  for (const auto* bad : {"null", "*", "https://a.example/", "https://a.example:443"}) {
    EXPECT_FALSE(is_origin(bad)) << bad;
  }
}

TEST_F(Hardening, A02_NoRedirectForAnUnknownOrDisabledClient) {
  auto client = store.find_client("demo").value();
  client.enabled = false;
  store.put_client(client);
  for (const auto* id : {"nobody", "demo", ""}) {
    const auto answer = get("/authorize", with(request_fields(), "client_id", id));
    EXPECT_EQ(answer.status, 400U) << id;
    EXPECT_FALSE(answer.headers.has("Location")) << id;
  }
}

TEST_F(Hardening, A05_A08_OfParallelUsesInTheStoreOneWins) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "waf.db";
  io::SqliteStore first(file, false);
  Code code;
  code.digest = "code";
  code.expires_at = test_support::t0;
  first.put_code(code);
  RefreshToken token;
  token.digest = "token";
  token.expires_at = test_support::t0;
  first.put_refresh_token(token);
  std::atomic<int> codes = 0;
  std::atomic<int> rotations = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      io::SqliteStore own(file, false);
      RefreshToken successor;
      successor.digest = "successor" + std::to_string(i);
      successor.expires_at = test_support::t0;
      if (own.consume_code("code")) ++codes;
      if (own.rotate_refresh_token("token", successor, test_support::t0)) ++rotations;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(codes, 1);
  EXPECT_EQ(rotations, 1);
}

TEST_F(Hardening, A09_ABlankScopeIsNoScope) {
  const auto first = json_of(post("/token", code_fields(log_in())));
  const auto answer = post("/token", {{"grant_type", "refresh_token"},
                                      {"refresh_token", first["refresh_token"]},
                                      {"client_id", "demo"},
                                      {"scope", "  "}});
  EXPECT_EQ(json_of(answer)["scope"], first["scope"]);
}

TEST_F(Hardening, A23_LogoutAfterTheSessionHasEndedStillEndsItsTokens) {
  const auto tokens = json_of(post("/token", code_fields(log_in())));
  now += settings.session_idle;
  EXPECT_EQ(get("/logout", {{"id_token_hint", tokens["id_token"]}}).status, 200U);
  EXPECT_EQ(error_of(refresh(tokens["refresh_token"])), "invalid_grant");
}

TEST_F(Hardening, A33_AMalformedLoginCookieIsNotRepeated) {
  login = std::string(42, 'a') + "\xff";
  const std::string planted = login;
  (void)get("/authorize", request_fields());
  EXPECT_NE(login, planted);
}

TEST_F(Hardening, A26_NothingPersonalIsStored) {
  const auto page = get("/authorize", request_fields());
  const auto granted = submit(page, "alice", "alice-demo");
  const auto tokens = json_of(post("/token", code_fields(parameter(granted, "code"))));
  for (const auto& answer :
       {page, granted, post("/token", code_fields("x")), refresh("x"), get("/logout"),
        user_info(tokens["access_token"]), user_info("x"), get("/authorize"), get("/nothing")}) {
    EXPECT_EQ(answer.headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(answer.headers.count("Cache-Control"), 1U);
  }
}

TEST_F(Hardening, A27_RedirectsAreSeeOther_Attack54) {
  const auto granted = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_EQ(granted.status, 303U);
  EXPECT_FALSE(parameter(granted, "code").empty());
  EXPECT_EQ(get("/authorize", request_fields()).status, 303U);
  EXPECT_EQ(get("/authorize", with(request_fields(), "scope", "root")).status, 303U);
}

TEST_F(Hardening, A28_PreflightOfAuthorizeGivesNoPermission_Attack45) {
  const auto allowed = request("OPTIONS", "/token", "https://phone.example");
  EXPECT_EQ(allowed.status, 204U);
  EXPECT_EQ(allowed.headers.get("Access-Control-Allow-Origin"), "https://phone.example");
  EXPECT_FALSE(allowed.headers.has("Access-Control-Allow-Credentials"));
  for (const auto* path : {"/authorize", "/login", "/logout", "/", "/nothing"}) {
    const auto answer = request("OPTIONS", path, "https://phone.example");
    EXPECT_EQ(answer.status, 405U) << path;
    EXPECT_FALSE(answer.headers.has("Access-Control-Allow-Origin")) << path;
  }
  for (const auto* origin :
       {"null", "https://phone.example.evil.example", "http://phone.example"}) {
    EXPECT_FALSE(request("OPTIONS", "/token", origin).headers.has("Access-Control-Allow-Origin"));
  }
}

TEST_F(Hardening, A29_EveryPageForbidsFramesAndForeignCode_Attack46) {
  const auto login_page = get("/authorize", request_fields());
  const auto refused = submit(login_page, "alice", "wrong-password");
  log_in();
  for (const auto& page : {login_page, refused, get("/logout"), get("/authorize"), get("/nothing"),
                           get("/login"), post("/login", {}), get("/")}) {
    const std::string policy(page.headers.get("Content-Security-Policy"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
    EXPECT_EQ(page.headers.get("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(page.headers.get("Referrer-Policy"), "no-referrer");
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
    EXPECT_THAT(page.body, Not(HasSubstr("style=")));
    EXPECT_THAT(page.body, HasSubstr("<link rel=\"icon\" type=\"image/svg+xml\""));
  }
}

TEST_F(Hardening, PagesHaveTheirIconAndStyleWithoutASoftphone) {
  for (const auto* path : {"/waf.svg", "/favicon.ico"}) {
    EXPECT_EQ(get(path).status, 200U) << path;
    EXPECT_EQ(get(path).headers.get("Content-Type"), "image/svg+xml") << path;
  }
  EXPECT_EQ(get("/waf.css").status, 200U);
}

TEST_F(Hardening, A30_HashesAreArgon2idOfAtLeastTheOwaspCost) {
  EXPECT_TRUE(io::hash_password("a password", Settings{}.password_cost, random)
                  .starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  for (const PasswordCost& good : {PasswordCost{47104, 1, 1}, PasswordCost{12288, 3, 1},
                                   PasswordCost{9216, 4, 1}, PasswordCost{7168, 9, 1}}) {
    EXPECT_TRUE(is_strong_enough(good)) << good.memory_kib;
  }
  for (const PasswordCost& bad : {PasswordCost{47103, 1, 1}, PasswordCost{19455, 2, 1},
                                  PasswordCost{7167, 64, 1}, PasswordCost{1 << 20, 0, 1}}) {
    EXPECT_FALSE(is_strong_enough(bad)) << bad.memory_kib;
  }
}

TEST_F(Hardening, A30_AWeakerHashIsRenewedAtTheNextLogin) {
  settings.password_cost.iterations = 2;
  log_in();
  EXPECT_THAT(store.find_user("u-1")->password_hash, HasSubstr(",t=2,"));
}

TEST_F(Hardening, A31_APasswordReplacedWhileItIsCheckedDoesNotComeBack) {
  settings.password_cost.iterations = 2;  // so that the login would write a new hash
  const auto page = get("/authorize", request_fields());
  before_finish = [this] {
    user.password_hash = io::hash_password("new password", settings.password_cost, random);
    store.put_user(user);
  };
  EXPECT_EQ(submit(page, "alice", "alice-demo").status, 400U);
  EXPECT_EQ(store.find_user("u-1")->password_hash, user.password_hash);
}

TEST_F(Hardening, A31_WaitingKeepsTheFormAndSaysHowLong) {
  const auto page = get("/authorize", request_fields());
  (void)submit(page, "alice", "wrong-one-1");
  (void)submit(page, "alice", "wrong-one-2");
  const auto wait = submit(page, "alice", "alice-demo");
  EXPECT_EQ(wait.status, 429U);
  EXPECT_EQ(wait.headers.get("Retry-After"), "1");
  now += seconds(1);
  EXPECT_EQ(submit(wait, "alice", "alice-demo").status, 303U);
  EXPECT_EQ(pages::duration(pages::Look(), seconds(1)), "a moment");
  EXPECT_EQ(pages::duration(pages::Look(), seconds(64)), "64 seconds");
  EXPECT_EQ(pages::duration(pages::Look(), seconds(841)), "15 minutes");
}

TEST_F(Hardening, A31_TheTableOfALimiterIsBounded) {
  RateLimiter limiter({1, seconds(60)}, 3);
  for (const auto* key : {"a", "b", "c"}) EXPECT_TRUE(limiter.allow(key, now));
  EXPECT_FALSE(limiter.allow("d", now));  // full: a new key is refused, not let through
  EXPECT_FALSE(limiter.allow("a", now));
  now += seconds(60);
  EXPECT_TRUE(limiter.allow("d", now));  // the others have refilled and made room
  EXPECT_FALSE(limiter.allow("d", now));
}

TEST_F(Hardening, TextsOfAnyLengthAndScriptAreBorne) {
  const std::string hint = std::string(127, 'a') + "\xC3\xA9";  // a cut at 128 would split it
  EXPECT_EQ(get("/authorize", with(request_fields(), "login_hint", hint)).status, 200U);
  const auto page = get("/authorize", request_fields());
  EXPECT_EQ(submit(page, hint, "some password").status, 400U);
  EXPECT_EQ(submit(page, std::string(5000, 'a'), "some password").status, 400U);
  EXPECT_EQ(submit(page, "alice", std::string(5000, 'a')).status, 400U);
}

TEST_F(Hardening, A35_SecretsAreEqualOnlyInAllOctets) {
  EXPECT_TRUE(common::equal_secrets("0123", "0123"));
  for (const auto* other : {"", "012", "01234", "1123", "0124"}) {
    EXPECT_FALSE(common::equal_secrets("0123", other));
  }
}

TEST_F(Hardening, A12_MetadataClaimsNothingThatIsNotThere) {
  const auto document = json_of(get("/.well-known/openid-configuration"));
  EXPECT_EQ(document["id_token_signing_alg_values_supported"], nlohmann::json({"ES256"}));
  // Not switched on here.
  EXPECT_FALSE(document.contains("registration_endpoint"));
  for (const auto& [name, value] : document.items()) {
    if (!name.ends_with("_endpoint") && name != "jwks_uri") continue;
    const auto path = value.get<std::string>().substr(settings.issuer.size());
    EXPECT_NE(get(path).status, 404U) << path;
  }
}

}  // namespace
}  // namespace waf
