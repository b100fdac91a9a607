// SPDX-License-Identifier: Apache-2.0
#include "common/encoding.hpp"
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/accounts/acr.hpp"
#include "waf/accounts/password_policy.hpp"
#include "waf/accounts/totp.hpp"
#include "waf/pages/account_page.hpp"
#include "waf/pages/qr_picture.hpp"

namespace waf {
namespace {

using testing::HasSubstr;
using testing::Not;

/// RFC 6238 appendix B, last six of its eight digits.
TEST(Totp, A22_MakesTheCodesOfRfc6238) {
  const std::string secret = "12345678901234567890";
  EXPECT_EQ(totp_code(secret, 59 / 30), "287082");
  EXPECT_EQ(totp_code(secret, 1111111109 / 30), "081804");
  EXPECT_EQ(totp_code(secret, 20000000000 / 30), "353130");
}

TEST(Totp, NoStepWorksTwiceAndDriftIsOneStep) {
  const std::string secret(20, 'k');
  const SystemTime now = test_support::t0;
  const auto step = totp_step(now);
  EXPECT_EQ(match_totp(secret, totp_code(secret, step), 0, now), step);
  EXPECT_EQ(match_totp(secret, totp_code(secret, step), step, now), std::nullopt);
  EXPECT_EQ(match_totp(secret, totp_code(secret, step - 1), 0, now), step - 1);
  EXPECT_EQ(match_totp(secret, totp_code(secret, step + 2), 0, now), std::nullopt);
  EXPECT_EQ(match_totp(secret, "", 0, now), std::nullopt);
}

TEST(Totp, AppsReadTheAddress) {
  EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");  // RFC 4648 section 10
  EXPECT_EQ(otpauth_uri("My Corp", "alice", "foobar"),
            "otpauth://totp/My%20Corp:alice?secret=MZXW6YTBOI&issuer=My%20Corp&algorithm=SHA1&"
            "digits=6&period=30");
  EXPECT_THAT(pages::qr_picture("otpauth://totp/x"), testing::StartsWith("<svg"));
}

TEST(Acr, SaysHowSureALoginIs) {
  EXPECT_EQ(acr_of(assurance_of({"pwd"})), "urn:acr:pwd");
  EXPECT_EQ(acr_of(assurance_of({"pwd", "otp", "mfa"})), "urn:acr:mfa");
  EXPECT_EQ(acr_of(assurance_of({"pop", "user", "mfa"})), "urn:acr:phr");
  EXPECT_TRUE(satisfies("urn:acr:phr", {"urn:acr:mfa"}));
  EXPECT_FALSE(satisfies("urn:acr:pwd", {"urn:acr:mfa"}));
  EXPECT_TRUE(satisfies("urn:acr:pwd", {"urn:acr:mfa", "urn:acr:pwd"}));
  EXPECT_TRUE(satisfies("urn:acr:pwd", {"urn:somebody:elses"}));
}

TEST(PasswordPolicy, LengthAndWhatIsTriedFirst) {
  EXPECT_EQ(fault_of("short", "alice"), PasswordFault::too_short);
  EXPECT_EQ(fault_of("Password123", "alice"), PasswordFault::common);
  EXPECT_EQ(fault_of("zzzzzzzzzz", "alice"), PasswordFault::common);
  EXPECT_EQ(fault_of("alice-the-great", "alice-the-great"), PasswordFault::like_name);
  EXPECT_EQ(fault_of(std::string(300, 'x') + "y", "alice"), PasswordFault::too_long);
  EXPECT_EQ(fault_of("four words put together", "alice"), std::nullopt);
}

TEST(Texts, TranslationsAreHeldAgainstTheEnglishOnes) {
  EXPECT_FALSE(pages::Catalogue::make("de", {{"login.titel", "Anmelden"}}));
  EXPECT_FALSE(pages::Catalogue::make("de", {{"login.to", "weiter"}}));
  auto german =
      pages::Catalogue::make("de", {{"login.title", "Anmelden"}, {"login.to", "weiter zu {0}"}});
  ASSERT_TRUE(german);
  pages::Catalogues all;
  all.add(*german);
  EXPECT_EQ(all.choose("de-AT", "").say("login.title"), "Anmelden");
  EXPECT_EQ(all.choose("", "fr, de;q=0.5").say("login.title"), "Anmelden");
  EXPECT_EQ(all.choose("en", "de").say("login.title"), "Sign in");
  EXPECT_EQ(all.choose("de", "").say("login.submit"), "Sign in");  // not translated
  EXPECT_EQ(german->rich("login.to", {pages::Html::text("<b>")}).str(), "weiter zu &lt;b&gt;");
}

TEST(Texts, BrowsersHaveNames) {
  EXPECT_EQ(pages::browser_name("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0"),
            "Firefox, Linux");
  EXPECT_EQ(pages::browser_name("<script>"), "");
}

class Accounts : public test_support::ServerFixture {
 protected:
  /// A browser logged in at its account page.
  HttpResponse account_page() {
    const auto page = get("/account");
    if (page.body.find("name=\"username\"") == std::string::npos) return page;
    EXPECT_EQ(submit(page, "alice", "alice-demo").headers.get("Location"), "/account");
    return get("/account");
  }
  HttpResponse end(const std::string& what, const std::string& which) {
    return post("/account/end", {{"csrf", field(account_page().body, "csrf")}, {what, which}});
  }
  std::string enrol() {
    account_page();
    const auto page = get("/account/totp");
    const std::size_t at = page.body.find("<code>") + 6;
    key = page.body.substr(at, page.body.find("</code>", at) - at);
    std::erase(key, ' ');
    const auto done = post("/account/totp", {{"csrf", field(page.body, "csrf")},
                                             {"secret", field(page.body, "secret")},
                                             {"code", code_now()}});
    EXPECT_THAT(done.body, HasSubstr("Recovery codes"));
    now += seconds(30);
    return done.body;
  }
  /// The code that the app shows.
  std::string code_now() const { return totp_code(octets_of(key), totp_step(now)); }
  static std::string octets_of(const std::string& text) {
    std::string out;
    unsigned held = 0;
    unsigned bits = 0;
    for (const char c : text) {
      held = (held << 5U) | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
      bits += 5;
      if (bits < 8) continue;
      bits -= 8;
      out += static_cast<char>((held >> bits) & 0xFFU);
    }
    return out;
  }
  HttpResponse enter_code(const HttpResponse& page, const std::string& code) {
    return post("/login/code", {{"csrf", field(page.body, "csrf")},
                                {"request", field(page.body, "request")},
                                {"code", code}});
  }
  void third_party() {
    auto client = store.find_client("demo").value();
    client.first_party = false;
    store.put_client(client);
  }
  HttpResponse decide(const HttpResponse& page, const std::string& decision) {
    return post("/consent", {{"csrf", field(page.body, "csrf")},
                             {"request", field(page.body, "request")},
                             {"decision", decision}});
  }
  nlohmann::json claims_of(const std::string& code) {
    const auto tokens = json_of(post("/token", code_fields(code)));
    const std::string token = tokens["id_token"];
    const std::size_t begin = token.find('.') + 1;
    const auto payload =
        common::base64url_decode(token.substr(begin, token.rfind('.') - begin)).value();
    return nlohmann::json::parse(common::text_of(payload));
  }
  void forget() {
    session.clear();
    login.clear();
    remembered.clear();
  }

  std::string key;
};

TEST_F(Accounts, E07_TheSecondFactorIsAskedForAndSaidInTheToken) {
  enrol();
  forget();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_THAT(page.body, HasSubstr("Confirm it is you"));
  EXPECT_TRUE(session.empty());  // no session before the second factor
  const std::string code = code_now();
  const auto answer = enter_code(page, code);
  ASSERT_EQ(answer.status, 303U);
  const auto claims = claims_of(parameter(answer, "code"));
  EXPECT_EQ(claims["acr"], "urn:acr:mfa");
  EXPECT_EQ(claims["amr"], (nlohmann::json{"pwd", "otp", "mfa"}));
}

TEST_F(Accounts, E07_ACodeOfTheAppWorksOnce) {
  enrol();
  const std::string code = code_now();
  forget();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_EQ(enter_code(page, code).status, 303U);
  forget();
  const auto again = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_EQ(enter_code(again, code).status, 400U);
}

TEST_F(Accounts, A31_GuessingTheSecondFactorIsSlowedDown_Attack49) {
  enrol();
  forget();
  auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  page = enter_code(page, "000000");
  EXPECT_EQ(page.status, 400U);
  page = enter_code(page, "000001");
  page = enter_code(page, code_now());
  EXPECT_EQ(page.status, 429U);
}

TEST_F(Accounts, E07_RecoveryCodesWorkOnce) {
  const std::string codes = enrol();
  const std::size_t at = codes.find("<li><code>") + 10;
  const std::string code = codes.substr(at, codes.find('<', at) - at);
  forget();
  EXPECT_EQ(
      enter_code(submit(get("/authorize", request_fields()), "alice", "alice-demo"), code).status,
      303U);
  forget();
  EXPECT_EQ(
      enter_code(submit(get("/authorize", request_fields()), "alice", "alice-demo"), code).status,
      400U);
}

TEST_F(Accounts, TheSecretOfTheAppIsNotReadableInTheStore) {
  enrol();
  const auto stored = store.find_totp("u-1").value();
  EXPECT_THAT(stored.secret, Not(HasSubstr(octets_of(key))));
  EXPECT_THAT(stored.secret, Not(HasSubstr(key)));
}

TEST_F(Accounts, A22_StepUpAsksForTheFactorThatIsMissing) {
  const auto wanted = with(request_fields(), "acr_values", "urn:acr:mfa");
  log_in();
  EXPECT_EQ(parameter(get("/authorize", wanted), "error"), "unmet_authentication_requirements");
  enrol();
  const auto page = get("/authorize", wanted);
  EXPECT_THAT(page.body, HasSubstr("Confirm it is you"));
  EXPECT_EQ(parameter(get("/authorize", with(wanted, "prompt", "none")), "error"),
            "unmet_authentication_requirements");
  const auto answer = enter_code(page, code_now());
  EXPECT_EQ(claims_of(parameter(answer, "code"))["acr"], "urn:acr:mfa");
  EXPECT_FALSE(parameter(get("/authorize", wanted), "code").empty());
}

TEST_F(Accounts, A22_ThirdPartyClientsNeedConsentAndItIsRemembered) {
  third_party();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_THAT(page.body, HasSubstr("Allow access?"));
  EXPECT_EQ(parameter(get("/authorize", with(request_fields(), "prompt", "none")), "error"),
            "consent_required");
  EXPECT_EQ(parameter(decide(page, "deny"), "error"), "access_denied");
  EXPECT_FALSE(parameter(decide(page, "allow"), "code").empty());
  EXPECT_FALSE(parameter(get("/authorize", request_fields()), "code").empty());
  EXPECT_THAT(get("/authorize", with(request_fields(), "prompt", "consent")).body,
              HasSubstr("Allow access?"));
  EXPECT_THAT(get("/authorize", with(request_fields(), "scope", "openid sip.call")).body,
              HasSubstr("Make calls for you"));
}

TEST_F(Accounts, A33_ConsentNeedsItsToken_Attack47) {
  third_party();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_EQ(
      post("/consent", {{"request", field(page.body, "request")}, {"decision", "allow"}}).status,
      403U);
  EXPECT_FALSE(store.find_consent("u-1", "demo"));
}

TEST_F(Accounts, TheUserTakesAnApplicationsAccessAway) {
  third_party();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  const auto tokens =
      json_of(post("/token", code_fields(parameter(decide(page, "allow"), "code"))));
  EXPECT_THAT(account_page().body, HasSubstr("Softphone"));
  EXPECT_EQ(end("application", "demo").status, 303U);
  EXPECT_EQ(error_of(refresh(tokens["refresh_token"])), "invalid_grant");
  EXPECT_EQ(user_info(tokens["access_token"]).status, 401U);
  EXPECT_THAT(get("/authorize", request_fields()).body, HasSubstr("Allow access?"));
}

TEST_F(Accounts, TheUserEndsASessionOfAnotherBrowser) {
  const auto tokens = json_of(post("/token", code_fields(log_in())));
  const std::string other = session;
  const std::string sid = store.sessions_of_user("u-1").front().sid;
  forget();
  EXPECT_THAT(account_page().body, HasSubstr(sid));
  EXPECT_EQ(end("session", sid).headers.get("Location"), "/account?done=session");
  EXPECT_EQ(error_of(refresh(tokens["refresh_token"])), "invalid_grant");
  session = other;
  EXPECT_THAT(get("/account").body, HasSubstr("name=\"username\""));
}

TEST_F(Accounts, SessionsOfOthersCannotBeEnded) {
  User bob = user;
  bob.id = "u-2";
  bob.name = "bob";
  bob.impi = "bob@ims.example";
  store.put_user(bob);
  submit(get("/account"), "bob", "alice-demo");
  const std::string sid = store.sessions_of_user("u-2").front().sid;
  forget();
  end("session", sid);
  EXPECT_EQ(store.sessions_of_user("u-2").size(), 1U);
}

TEST_F(Accounts, A33_EndingNeedsTheFormsToken_Attack47) {
  account_page();
  EXPECT_EQ(post("/account/end", {{"everything", "yes"}}).status, 403U);
  EXPECT_EQ(store.sessions_of_user("u-1").size(), 1U);
}

TEST_F(Accounts, SignOutEverywhereEndsAllOfIt) {
  const auto tokens = json_of(post("/token", code_fields(log_in())));
  now += seconds(2);
  EXPECT_EQ(end("everything", "yes").status, 200U);
  EXPECT_TRUE(store.sessions_of_user("u-1").empty());
  EXPECT_EQ(user_info(tokens["access_token"]).status, 401U);
}

TEST_F(Accounts, APasswordChangeWantsTheOldOneAndEndsTheRest) {
  const auto tokens = json_of(post("/token", code_fields(log_in())));
  forget();
  account_page();
  const auto change = [&](const std::string& old, const std::string& fresh) {
    return post("/account/password", {{"csrf", field(get("/account/password").body, "csrf")},
                                      {"password", old},
                                      {"new_password", fresh},
                                      {"again", fresh}});
  };
  EXPECT_EQ(change("alice-demo", "password1").status, 400U);
  EXPECT_THAT(change("wrong-one", "correct horse battery").body,
              HasSubstr("The present password is not right."));
  now += seconds(2);
  EXPECT_EQ(change("alice-demo", "correct horse battery").headers.get("Location"),
            "/account?done=password");
  EXPECT_EQ(store.sessions_of_user("u-1").size(), 1U);  // this browser's
  EXPECT_EQ(error_of(refresh(tokens["refresh_token"])), "invalid_grant");
  EXPECT_THAT(get("/account?done=password").body, Not(HasSubstr("name=\"username\"")));
  forget();
  EXPECT_EQ(submit(get("/account"), "alice", "alice-demo").status, 400U);
  now += seconds(2);
  EXPECT_EQ(submit(get("/account"), "alice", "correct horse battery").status, 303U);
}

TEST_F(Accounts, APasswordThatMustChangeIsChangedBeforeTheLoginGoesOn) {
  user.must_change_password = true;
  store.put_user(user);
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_THAT(page.body, HasSubstr("has to be changed"));
  EXPECT_TRUE(session.empty());
  const auto answer = post("/login/password", {{"csrf", field(page.body, "csrf")},
                                               {"request", field(page.body, "request")},
                                               {"new_password", "four words put together"},
                                               {"again", "four words put together"}});
  EXPECT_FALSE(parameter(answer, "code").empty());
  EXPECT_FALSE(store.find_user("u-1")->must_change_password);
}

TEST_F(Accounts, A31_AnAttackerCannotLockTheUsersOwnBrowserOut_Attack49) {
  log_in();
  const std::string own = remembered;
  forget();
  for (int i = 0; i < 40; ++i) {
    submit(get("/authorize", request_fields()), "alice", "guess-" + std::to_string(i));
    now += seconds(60);
  }
  EXPECT_EQ(submit(get("/authorize", request_fields()), "alice", "alice-demo").status, 429U);
  forget();
  remembered = own;
  EXPECT_EQ(submit(get("/authorize", request_fields()), "alice", "alice-demo").status, 303U);
}

TEST_F(Accounts, ALoginLeadsWhereItsOwnPageSaidAndNowhereElse_Attack36) {
  const auto page = get("/account");
  auto answer = post("/login", {{"csrf", field(page.body, "csrf")},
                                {"request", field(page.body, "request")},
                                {"next", "https://evil.example/"},
                                {"username", "alice"},
                                {"password", "alice-demo"}});
  EXPECT_EQ(answer.headers.get("Location"), "/account");
  forget();
  const auto fresh = get("/account");
  answer = post("/login", {{"csrf", field(fresh.body, "csrf")},
                           {"request", "https://evil.example/"},
                           {"username", "alice"},
                           {"password", "alice-demo"}});
  EXPECT_EQ(answer.status, 403U);
}

TEST_F(Accounts, A29_AccountPagesCannotBeFramed_Attack46) {
  const auto page = account_page();
  EXPECT_EQ(page.headers.get("X-Frame-Options"), "DENY");
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")),
              HasSubstr("frame-ancestors 'none'"));
}

}  // namespace
}  // namespace waf
