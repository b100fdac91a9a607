// SPDX-License-Identifier: Apache-2.0
// The endpoints and pages for devices, over the whole application.
#include "common/encoding.hpp"
#include "tests/support/dpop_proof.hpp"
#include "tests/unit/waf/devices/device_fixture.hpp"
#include "waf/accounts/second_factor.hpp"
#include "waf/accounts/totp.hpp"
#include "waf/grants/challenge.hpp"
#include "waf/grants/device_code.hpp"

namespace waf {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

constexpr const char* app_secret = "12345678901234567890";
constexpr const char* token_uri = "https://waf.example/token";

class DeviceEndpoints : public test_support::DeviceFixture {
 protected:
  void SetUp() override {
    test_support::DeviceFixture::SetUp();
    settings.devices.challenge.enabled = true;
    Client demo = store.find_client("demo").value();
    demo.grant_types.emplace_back(device_code_grant);
    store.put_client(demo);
    Client reader = demo;
    reader.id = "reader";
    reader.authentication = ClientAuthentication::client_secret_post;
    reader.secrets = {{digest_of("reader-secret"), now, {}}};
    reader.grant_types = {"authorization_code", "refresh_token", std::string(challenge_permission)};
    store.put_client(reader);
  }
  HttpResponse post_proven(const std::string& path, const common::FormFields& form,
                           const std::string& proof) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.headers.add("DPoP", proof);
    request.body = common::encode_form(form);
    return send(std::move(request));
  }
  std::string proof(const std::string& nonce = "") const {
    return key.proof("POST", token_uri, now, "", nonce);
  }
  void give_alice_an_app() {
    store.put_totp({user.id, seal_totp(context, user.id, app_secret), 0, now});
  }
  std::string code_now() const { return totp_code(app_secret, totp_step(now)); }
  void sign_in_alice() { (void)submit(get("/login"), "alice", "alice-demo"); }
  std::string log_in_again() {
    session.clear();
    return log_in();
  }
  std::string push(const common::FormFields& fields) {
    return json_of(post("/par", fields)).value("request_uri", "");
  }
  common::FormFields challenge_fields() const {
    return {{"client_id", "reader"},
            {"client_secret", "reader-secret"},
            {"response_type", "code"},
            {"scope", "openid"},
            {"code_challenge", test_support::challenge},
            {"code_challenge_method", "S256"}};
  }

  test::DpopKey key;
};

TEST_F(DeviceEndpoints, A21_TokensAreBoundToTheProvenKey) {
  const auto answer = json_of(post_proven("/token", code_fields(log_in()), proof()));
  EXPECT_EQ(answer["token_type"], "DPoP");
  const auto token = common::jose::verify_access_token(answer["access_token"].get<std::string>(),
                                                       keys.published());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->key_thumbprint, key.thumbprint());
  const common::FormFields refresh_fields = {{"grant_type", "refresh_token"},
                                             {"refresh_token", answer["refresh_token"]},
                                             {"client_id", "demo"}};
  EXPECT_EQ(error_of(post("/token", refresh_fields)), "invalid_grant");
  const test::DpopKey thief;
  EXPECT_EQ(error_of(post_proven("/token", refresh_fields, thief.proof("POST", token_uri, now))),
            "invalid_grant");
  EXPECT_EQ(post_proven("/token", refresh_fields, proof()).status, 200U);
}

TEST_F(DeviceEndpoints, A21_AProofIsTakenOnce) {
  const std::string once = proof();
  EXPECT_EQ(post_proven("/token", code_fields(log_in()), once).status, 200U);
  EXPECT_EQ(error_of(post_proven("/token", code_fields(log_in_again()), once)),
            "invalid_dpop_proof");
  EXPECT_EQ(error_of(post_proven("/token", code_fields(log_in_again()), "nonsense")),
            "invalid_dpop_proof");
}

TEST_F(DeviceEndpoints, A21_ANonceIsAskedForWhereConfigured) {
  settings.devices.dpop.nonce = true;
  const std::string code = log_in();
  const auto asked = post_proven("/token", code_fields(code), proof());
  EXPECT_EQ(asked.status, 400U);
  EXPECT_EQ(error_of(asked), "use_dpop_nonce");
  const std::string nonce(asked.headers.get("DPoP-Nonce"));
  ASSERT_FALSE(nonce.empty());
  EXPECT_EQ(error_of(post_proven("/token", code_fields(code), proof("other"))), "use_dpop_nonce");
  EXPECT_EQ(post_proven("/token", code_fields(code), proof(nonce)).status, 200U);
  now += seconds(600);
  EXPECT_EQ(error_of(post_proven("/token", code_fields(log_in_again()), proof(nonce))),
            "use_dpop_nonce");
}

TEST_F(DeviceEndpoints, A18_APushedRequestWorksOnceWithinItsTime) {
  const auto fields = request_fields();
  const std::string uri = push(fields);
  EXPECT_THAT(uri, HasSubstr("urn:ietf:params:oauth:request_uri:"));
  const common::FormFields query = {{"client_id", "demo"}, {"request_uri", uri}};
  EXPECT_EQ(get("/authorize", {{"client_id", "other"}, {"request_uri", push(fields)}}).status,
            400U);
  EXPECT_EQ(get("/authorize", query).status, 200U) << "the login page";
  EXPECT_EQ(get("/authorize", query).status, 400U) << "spent";
  const std::string late = push(fields);
  now += seconds(90);
  EXPECT_EQ(get("/authorize", {{"client_id", "demo"}, {"request_uri", late}}).status, 400U);
}

TEST_F(DeviceEndpoints, A18_WhatCouldNotBeAnsweredIsNotKept) {
  EXPECT_EQ(error_of(post("/par", with(request_fields(), "request_uri", "urn:x"))),
            "invalid_request");
  EXPECT_EQ(error_of(post("/par", with(request_fields(), "redirect_uri", "https://evil/"))),
            "invalid_request");
  EXPECT_EQ(error_of(post("/par", with(request_fields(), "code_challenge", ""))),
            "invalid_request");
  EXPECT_EQ(error_of(post("/par", with(request_fields(), "client_id", "nobody"))),
            "invalid_client");
}

TEST_F(DeviceEndpoints, A18_AClientMayBeHeldToPushing) {
  Client demo = store.find_client("demo").value();
  demo.require_par = true;
  store.put_client(demo);
  EXPECT_EQ(parameter(get("/authorize", request_fields()), "error"), "invalid_request");
  EXPECT_EQ(
      get("/authorize", {{"client_id", "demo"}, {"request_uri", push(request_fields())}}).status,
      200U);
}

TEST_F(DeviceEndpoints, A21_APushedKeyBindsTheCode) {
  const auto pushed = json_of(
      post_proven("/par", request_fields(), key.proof("POST", "https://waf.example/par", now)));
  const auto page =
      get("/authorize", {{"client_id", "demo"}, {"request_uri", pushed["request_uri"]}});
  const std::string code = parameter(submit(page, "alice", "alice-demo"), "code");
  EXPECT_EQ(error_of(post("/token", code_fields(code))), "invalid_grant");
  EXPECT_EQ(post_proven("/token", code_fields(code), proof()).status, 200U);
}

TEST_F(DeviceEndpoints, C14_ADeviceIsConnectedByItsUser) {
  const auto started = json_of(post("/device_authorization", {{"client_id", "demo"}}));
  EXPECT_EQ(started["interval"], 5);
  const std::string user_code = started["user_code"];
  EXPECT_EQ(started["verification_uri_complete"],
            "https://waf.example/device?user_code=" + user_code);
  const common::FormFields poll = {{"grant_type", std::string(device_code_grant)},
                                   {"device_code", started["device_code"]},
                                   {"client_id", "demo"}};
  EXPECT_EQ(error_of(post("/token", poll)), "authorization_pending");
  // Through the login and back, the code filled in and nothing approved by that.
  const auto login_page = get("/device", {{"user_code", user_code}});
  const auto back = submit(login_page, "alice", "alice-demo");
  EXPECT_EQ(back.headers.get("Location"), "/device?user_code=" + user_code);
  const auto entry = get("/device", {{"user_code", user_code}});
  EXPECT_THAT(entry.body, HasSubstr("value=\"" + user_code + "\""));
  now += seconds(5);
  EXPECT_EQ(error_of(post("/token", poll)), "authorization_pending");
  const auto confirm = post(
      "/device", {{"csrf", field(entry.body, "csrf")}, {"step", "find"}, {"user_code", user_code}});
  EXPECT_THAT(confirm.body, HasSubstr("Softphone"));
  EXPECT_THAT(confirm.body, HasSubstr(user_code));
  const common::FormFields allow = {{"csrf", field(confirm.body, "csrf")},
                                    {"device", field(confirm.body, "device")},
                                    {"step", "allow"}};
  EXPECT_EQ(post("/device", with(allow, "csrf", "x")).status, 403U) << "Attack47";
  EXPECT_THAT(post("/device", with(allow, "device", "x")).body, HasSubstr("no longer waits"));
  EXPECT_EQ(post("/device", allow).status, 200U);
  now += seconds(5);
  EXPECT_EQ(post("/token", poll).status, 200U);
}

TEST_F(DeviceEndpoints, C14_TypingManyUserCodesIsHeldUp) {
  sign_in_alice();
  const std::string csrf = field(get("/device").body, "csrf");
  const common::FormFields form = {{"csrf", csrf}, {"step", "find"}, {"user_code", "BCDF-BCDF"}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(post("/device", form).status, 400U);
  const auto held_up = post("/device", form);
  EXPECT_EQ(held_up.status, 429U);
  EXPECT_TRUE(held_up.headers.has("Retry-After"));
}

TEST_F(DeviceEndpoints, C01_ACodeIsShownOnceAndWorks) {
  sign_in_alice();
  const auto page = get("/access-code");
  const auto shown = post("/access-code", {{"csrf", field(page.body, "csrf")}, {"action", "mint"}});
  ASSERT_EQ(shown.status, 200U);
  EXPECT_EQ(shown.headers.get("Cache-Control"), "no-store");
  EXPECT_EQ(shown.headers.get("Refresh"), "300;url=/access-code");
  const std::string mark = "id=\"code\">";
  std::string code = shown.body.substr(shown.body.find(mark) + mark.size(), 12);
  EXPECT_THAT(code, MatchesRegex("[0-9]{3}-[0-9]{3}-[0-9]{4}"));
  EXPECT_THAT(get("/access-code").body, Not(HasSubstr(code)));
  std::erase(code, '-');
  EXPECT_EQ(outcome(digest_fields("alice", code)), "ok");
  const auto after = get("/access-code");
  EXPECT_THAT(after.body, HasSubstr("Example Phone 3"));
  EXPECT_THAT(after.body, HasSubstr("192.0.2.1"));
  const common::FormFields sign_out = {
      {"csrf", field(after.body, "csrf")}, {"action", "sign_out"}, {"id", field(after.body, "id")}};
  EXPECT_EQ(post("/access-code", with(sign_out, "csrf", "x")).status, 403U) << "Attack47";
  EXPECT_EQ(outcome(digest_fields("alice", code)), "ok");
  EXPECT_EQ(post("/access-code", sign_out).status, 200U);
  EXPECT_EQ(outcome(digest_fields("alice", code)), "invalid_grant");
}

TEST_F(DeviceEndpoints, C01_Attack73_AnOldLoginMustBeRenewedForACode) {
  sign_in_alice();
  now += seconds(301);
  const auto page = get("/access-code");
  EXPECT_EQ(page.status, 200U) << "the list needs no fresh login";
  const auto asked = post("/access-code", {{"csrf", field(page.body, "csrf")}, {"action", "mint"}});
  EXPECT_THAT(asked.body, HasSubstr("name=\"password\""));
  EXPECT_FALSE(waiting_code(store, user.id, now));
  EXPECT_EQ(submit(asked, "alice", "alice-demo").headers.get("Location"), "/access-code");
}

TEST_F(DeviceEndpoints, C02_ACancelledCodeIsDead) {
  sign_in_alice();
  const std::string csrf = field(get("/access-code").body, "csrf");
  (void)post("/access-code", {{"csrf", csrf}, {"action", "mint"}});
  EXPECT_TRUE(waiting_code(store, user.id, now));
  (void)post("/access-code", {{"csrf", csrf}, {"action", "cancel"}});
  EXPECT_FALSE(waiting_code(store, user.id, now));
}

TEST_F(DeviceEndpoints, C01_SwitchedOffThereIsNoPage) {
  settings.devices.access_codes.enabled = false;
  EXPECT_EQ(get("/access-code").status, 404U);
  EXPECT_EQ(outcome(digest_fields("alice", "1111111111")), "unsupported_grant_type");
}

TEST_F(DeviceEndpoints, C08_Attack74_OtherClientsMayNotExchangeCodes) {
  auto fields = code_only_fields("alice", mint(user));
  fields.emplace_back("grant_type", std::string(access_code_grant));
  fields.emplace_back("client_id", "demo");
  EXPECT_EQ(error_of(post("/token", fields)), "unauthorized_client");
}

TEST_F(DeviceEndpoints, C15_APasswordGivesACode) {
  const auto first = post("/authorize-challenge", challenge_fields());
  EXPECT_EQ(first.status, 400U);
  EXPECT_EQ(error_of(first), "insufficient_authorization");
  const std::string handle = json_of(first)["auth_session"];
  EXPECT_GE(handle.size(), 43U);
  auto answer = challenge_fields();
  answer.emplace_back("auth_session", handle);
  answer.emplace_back("username", "alice");
  answer.emplace_back("password", "alice-demo");
  const auto done = post("/authorize-challenge", answer);
  ASSERT_EQ(done.status, 200U) << done.body;
  EXPECT_EQ(error_of(post("/authorize-challenge", answer)), "invalid_session") << "used up";
  const auto tokens = post("/token", {{"grant_type", "authorization_code"},
                                      {"code", json_of(done)["authorization_code"]},
                                      {"client_id", "reader"},
                                      {"client_secret", "reader-secret"},
                                      {"code_verifier", test_support::verifier}});
  EXPECT_EQ(tokens.status, 200U) << tokens.body;
}

TEST_F(DeviceEndpoints, C15_TheSecondFactorIsAskedForAndSaidInTheToken) {
  give_alice_an_app();
  auto fields = challenge_fields();
  fields.emplace_back("username", "alice");
  fields.emplace_back("password", "alice-demo");
  const auto wanted = post("/authorize-challenge", fields);
  EXPECT_EQ(wanted.status, 400U);
  EXPECT_EQ(error_of(wanted), "insufficient_authorization");
  EXPECT_EQ(json_of(wanted)["needed"], "otp");

  auto answer = challenge_fields();
  answer.emplace_back("auth_session", json_of(wanted)["auth_session"]);
  answer.emplace_back("otp", "000000");
  const auto wrong = post("/authorize-challenge", answer);
  EXPECT_EQ(error_of(wrong), "insufficient_authorization");
  EXPECT_EQ(json_of(wrong)["needed"], "otp");
  now += seconds(30);
  const auto done = post("/authorize-challenge", with(answer, "otp", code_now()));
  ASSERT_EQ(done.status, 200U) << done.body;
  const auto tokens = post("/token", {{"grant_type", "authorization_code"},
                                      {"code", json_of(done)["authorization_code"]},
                                      {"client_id", "reader"},
                                      {"client_secret", "reader-secret"},
                                      {"code_verifier", test_support::verifier}});
  ASSERT_EQ(tokens.status, 200U) << tokens.body;
  const std::string token = json_of(tokens)["access_token"];
  const auto dot = token.find('.') + 1;
  const auto claims =
      common::base64url_decode(token.substr(dot, token.find('.', dot) - dot)).value();
  const std::string text(reinterpret_cast<const char*>(claims.data()), claims.size());
  EXPECT_THAT(text, HasSubstr("\"acr\":\"urn:acr:mfa\""));

  now += seconds(30);
  fields.emplace_back("otp", code_now());
  EXPECT_EQ(post("/authorize-challenge", fields).status, 200U) << "all in one request";
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "insufficient_authorization")
      << "each code works once";
}

TEST_F(DeviceEndpoints, C15_CodesCannotBeTriedForEver) {
  settings.devices.challenge.most_attempts = 2;
  give_alice_an_app();
  auto fields = challenge_fields();
  fields.emplace_back("username", "alice");
  fields.emplace_back("password", "alice-demo");
  auto answer = challenge_fields();
  answer.emplace_back("auth_session",
                      json_of(post("/authorize-challenge", fields))["auth_session"]);
  answer.emplace_back("otp", "000000");
  EXPECT_EQ(error_of(post("/authorize-challenge", answer)), "insufficient_authorization");
  EXPECT_EQ(error_of(post("/authorize-challenge", answer)), "access_denied");
  // A new attempt does not get past the count that the login page keeps.
  fields.emplace_back("otp", "000000");
  EXPECT_EQ(post("/authorize-challenge", fields).status, 429U);
}

TEST_F(DeviceEndpoints, C15_OnlyRegisteredClientsThatAuthenticate) {
  auto fields = with(challenge_fields(), "client_secret", "");
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "invalid_client");
  EXPECT_EQ(error_of(post("/authorize-challenge", with(fields, "client_id", "demo"))),
            "unauthorized_client");
  settings.devices.challenge.enabled = false;
  EXPECT_EQ(error_of(post("/authorize-challenge", challenge_fields())), "unauthorized_client");
}

TEST_F(DeviceEndpoints, C15_ItIsThrottledWithTheLoginPagesCounters) {
  auto fields = challenge_fields();
  fields.emplace_back("username", "alice");
  fields.emplace_back("password", "wrong");
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "insufficient_authorization");
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "insufficient_authorization");
  const auto held_up = post("/authorize-challenge", fields);
  EXPECT_EQ(held_up.status, 429U);
  EXPECT_TRUE(held_up.headers.has("Retry-After"));
  EXPECT_EQ(submit(get("/authorize", request_fields()), "alice", "alice-demo").status, 429U)
      << "the login page counts with it";
}

TEST_F(DeviceEndpoints, C15_AnAttemptEndsAfterTooManyWrongAnswers) {
  settings.devices.challenge.most_attempts = 2;
  auto fields = challenge_fields();
  fields.emplace_back("auth_session",
                      json_of(post("/authorize-challenge", fields))["auth_session"]);
  fields.emplace_back("username", "alice");
  fields.emplace_back("password", "wrong");
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "insufficient_authorization");
  now += seconds(60);
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "access_denied");
  EXPECT_EQ(error_of(post("/authorize-challenge", fields)), "invalid_session");
}

}  // namespace
}  // namespace waf
