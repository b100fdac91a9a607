// SPDX-License-Identifier: Apache-2.0
// Logins by another's word through the whole application; the provider's answers are forged here.
#include "common/jose/signing_key.hpp"
#include "tests/unit/waf/server_fixture.hpp"

namespace waf {
namespace {

using nlohmann::json;
using test_support::ServerFixture;
using test_support::t0;
using testing::HasSubstr;
using testing::Not;

constexpr const char* issuer = "https://login.corp.example";

class FederationFlow : public ServerFixture {
 protected:
  static federation::Mapping mapping() {
    federation::Mapping out;
    out.claims = {"user"};
    out.impi = federation::ClaimTemplate::parse("{user}@ims.example").value();
    out.impus = {federation::ClaimTemplate::parse("sip:{user}@ims.example").value()};
    out.domains = {"ims.example"};
    out.scopes = {"sip.register"};
    return out;
  }
  static Settings federated_settings() {
    Settings out = make_settings();
    federation::Provider corp;
    corp.name = "corp";
    corp.label = "Example Corp";
    corp.issuer = issuer;
    corp.client_id = "waf";
    corp.email_domains = {"corp.example"};
    corp.mapping = mapping();
    federation::Provider other = corp;
    other.name = "other";
    other.issuer = "https://login.other.example";
    other.email_domains.clear();
    out.federation.providers = {corp, other};
    directory::Directory staff;
    staff.name = "staff";
    staff.mapping = mapping();
    out.federation.directories = {staff};
    return out;
  }

  FederationFlow() : ServerFixture(federated_settings()) {
    claims = {{"iss", issuer}, {"aud", "waf"},   {"sub", "erin-1"},
              {"sid", "up-1"}, {"user", "erin"}, {"iat", common::unix_seconds(t0)}};
    claims["exp"] = common::unix_seconds(t0) + 3600;
    on_fetch = [this](const Fetch& fetch) { return answer(fetch); };
  }

  static FetchResult ok(std::string body) {
    HttpResponse out;
    out.body = std::move(body);
    return out;
  }
  [[nodiscard]] std::string signed_by(const common::jose::SigningKey& by, const json& what,
                                      std::string_view type) const {
    common::jose::Signer signer(by, type);
    return signer.sign(what.dump());
  }
  FetchResult answer(const Fetch& fetch) {
    if (away) return common::fail(common::Errc::connection_failed);
    const std::string base = fetch.url.substr(0, fetch.url.find('/', 8));
    if (fetch.url.ends_with("/openid-configuration")) {
      return ok(json{
          {"issuer", base},
          {"authorization_endpoint", base + "/auth"},
          {"token_endpoint", base + "/token"},
          {"jwks_uri", base + "/jwks"},
          {"authorization_response_iss_parameter_supported",
           true}}.dump());
    }
    if (fetch.url.ends_with("/jwks")) {
      common::jose::KeySet keys_of_corp;
      keys_of_corp.add(published.public_key());
      return ok(keys_of_corp.to_json());
    }
    ++token_requests;
    return ok(json{{"id_token", signed_by(signing, claims, "JWT")}, {"access_token", "a"}}.dump());
  }

  /// Goes to the provider from the login page; returns where the browser was sent.
  std::string leave(const std::string& provider = "corp") {
    const auto page = get("/authorize", request_fields());
    const std::string sealed = field(page.body, "request");
    const auto gone = get("/federation/" + provider, {{"request", sealed}});
    EXPECT_EQ(gone.status, 303U) << gone.body;
    claims["nonce"] = parameter(gone, "nonce");
    return parameter(gone, "state");
  }
  HttpResponse come_back(const std::string& state, const std::string& iss = issuer,
                         const std::string& provider = "corp") {
    return get("/federation/" + provider + "/callback",
               {{"state", state}, {"code", "c"}, {"iss", iss}});
  }
  HttpResponse log_out_upstream(const json& logout) {
    return post("/backchannel-logout/corp",
                {{"logout_token", signed_by(signing, logout, "logout+jwt")}});
  }
  [[nodiscard]] json logout_claims(const std::string& id) const {
    return {{"iss", issuer},
            {"aud", "waf"},
            {"sub", "erin-1"},
            {"sid", "up-1"},
            {"jti", id},
            {"iat", common::unix_seconds(now)},
            {"exp", common::unix_seconds(now) + 60},
            {"events", {{"http://schemas.openid.net/event/backchannel-logout", json::object()}}}};
  }

  json claims;
  common::jose::SigningKey published = common::io::generate_signing_key("k1");
  common::jose::SigningKey signing = published;
  bool away = false;
  int token_requests = 0;
};

TEST_F(FederationFlow, E01_ALoginAtTheProviderIsALoginHere) {
  const auto back = come_back(leave());
  ASSERT_EQ(back.status, 303U) << back.body;
  const auto tokens = json_of(post("/token", code_fields(parameter(back, "code"))));
  const auto token = common::jose::verify_access_token(tokens.at("access_token").get<std::string>(),
                                                       keys.published());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->ims.impi, "erin@ims.example");
  EXPECT_EQ(tokens.at("scope"), "openid offline_access sip.register");
  // And is one for every client.
  EXPECT_NE(parameter(get("/authorize", request_fields()), "code"), "");
}

TEST_F(FederationFlow, E02_Attack37_AnotherIssuerOrProviderGetsNoCode) {
  EXPECT_EQ(come_back(leave(), "https://login.other.example").status, 502U);
  EXPECT_EQ(come_back(leave(), issuer, "other").status, 400U);
  EXPECT_EQ(get("/federation/corp/callback", {{"state", leave()}, {"code", "c"}}).status, 502U);
  EXPECT_EQ(token_requests, 0);
}

TEST_F(FederationFlow, Attack38_StatesAreTheBrowsersOwnAndUsedOnce) {
  const std::string state = leave();
  const std::string mine = login;
  login = std::string(43, 'A');
  EXPECT_EQ(come_back(state).status, 400U);
  login = mine;
  EXPECT_EQ(come_back(state).status, 400U);
  const std::string late = leave();
  now += settings.federation.login_lifetime;
  EXPECT_EQ(come_back(late).status, 400U);
  const std::string swapped = leave();
  claims["nonce"] = "another";
  EXPECT_EQ(come_back(swapped).status, 502U);
  EXPECT_TRUE(session.empty());
}

TEST_F(FederationFlow, J13_Attack19_UnknownKeysFetchOnceAMinute) {
  ASSERT_EQ(come_back(leave()).status, 303U);
  published = signing = common::io::generate_signing_key("k2");
  session.clear();
  EXPECT_EQ(come_back(leave()).status, 303U) << "rotated keys are looked for";
  signing = common::io::generate_signing_key("k3");
  session.clear();
  fetches.clear();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(come_back(leave()).status, 502U);
  EXPECT_EQ(std::count_if(fetches.begin(), fetches.end(),
                          [](const Fetch& one) { return one.url.ends_with("/jwks"); }),
            0);
}

TEST_F(FederationFlow, AProviderThatIsAwayIsAPageWithAWayOn) {
  away = true;
  const auto page = get("/federation/corp");
  EXPECT_EQ(page.status, 503U);
  EXPECT_THAT(page.body, HasSubstr("Sign in another way"));
  fetches.clear();
  EXPECT_EQ(get("/federation/corp").status, 503U);
  EXPECT_TRUE(fetches.empty()) << "asked again at once";
  away = false;
  now += seconds(5);
  EXPECT_EQ(get("/federation/corp").status, 303U);
}

TEST_F(FederationFlow, MailDomainsLeadToTheirProviderAndThePasswordIsNotLookedAt) {
  const auto page = submit(get("/authorize", request_fields()), "Erin@Corp.Example", "secret");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.body, HasSubstr("https://login.corp.example/auth?"));
  EXPECT_THAT(page.body, HasSubstr("login_hint=erin%40corp.example"));
  EXPECT_EQ(password_checks, 0);
  EXPECT_TRUE(directory_logins.empty());
}

TEST_F(FederationFlow, A24_Attack57_TheProvidersLogoutEndsTheSessionAndItsTokensOnce) {
  const auto back = come_back(leave());
  const auto tokens = json_of(post("/token", code_fields(parameter(back, "code"))));
  EXPECT_EQ(log_out_upstream(logout_claims("j-1")).status, 200U);
  EXPECT_EQ(parameter(get("/authorize", request_fields()), "code"), "");
  EXPECT_EQ(error_of(refresh(tokens.at("refresh_token").get<std::string>())), "invalid_grant");
  EXPECT_EQ(user_info(tokens.at("access_token").get<std::string>()).status, 401U);
  EXPECT_EQ(log_out_upstream(logout_claims("j-1")).status, 400U) << "replayed";
  json other = logout_claims("j-2");
  other["aud"] = "somebody";
  EXPECT_EQ(log_out_upstream(other).status, 400U);
}

TEST_F(FederationFlow, A24_ALogoutAfterOurSessionIsGoneStillEndsItsTokens) {
  const auto back = come_back(leave());
  const auto tokens = json_of(post("/token", code_fields(parameter(back, "code"))));
  now += settings.session_absolute;
  store.sweep(now, 100);
  EXPECT_EQ(log_out_upstream(logout_claims("j-1")).status, 200U);
  EXPECT_EQ(error_of(refresh(tokens.at("refresh_token").get<std::string>())), "invalid_grant");
}

TEST_F(FederationFlow, A24_ClientsWithTokensOfTheSessionAreToldUntilTheyTakeIt) {
  auto client = store.find_client("demo").value();
  client.backchannel_logout_uri = "https://phone.example/logout";
  store.put_client(client);
  const auto back = come_back(leave());
  (void)post("/token", code_fields(parameter(back, "code")));
  EXPECT_TRUE(context.logouts.begin(now).empty());
  (void)log_out_upstream(logout_claims("j-1"));
  auto due = context.logouts.begin(now);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].url, "https://phone.example/logout");
  EXPECT_THAT(due[0].body, HasSubstr("logout_token=ey"));
  EXPECT_TRUE(context.logouts.begin(now).empty()) << "under way";
  context.logouts.finish(due[0].delivery, 503U, now);
  EXPECT_TRUE(context.logouts.begin(now).empty());
  due = context.logouts.begin(now + seconds(1));
  ASSERT_EQ(due.size(), 1U);
  context.logouts.finish(due[0].delivery, 200U, now + seconds(1));
  EXPECT_EQ(store.logout_deliveries(), 0U);
}

TEST_F(FederationFlow, A24_ALogoutThatNobodyTakesIsGivenUp) {
  store.put_logout_delivery({"d", "demo", "u-1", "s", 0, now, now + seconds(60)});
  auto client = store.find_client("demo").value();
  client.backchannel_logout_uri = "https://phone.example/logout";
  store.put_client(client);
  int posts = 0;
  for (SystemTime at = now; at < now + seconds(120); at += seconds(1)) {
    for (const auto& post : context.logouts.begin(at)) {
      ++posts;
      context.logouts.finish(post.delivery, common::fail(common::Errc::timed_out), at);
    }
  }
  EXPECT_EQ(posts, 6);
  EXPECT_EQ(store.logout_deliveries(), 0U);
}

TEST_F(FederationFlow, E05_ADirectorysUserLogsInAtOurPage) {
  on_directory = [](const directory::DirectoryLogin& asked) {
    directory::DirectoryVerdict out;
    out.outcome = asked.password == "frank-demo" ? directory::DirectoryVerdict::Outcome::accepted
                                                 : directory::DirectoryVerdict::Outcome::refused;
    out.key = "uuid-1";
    out.claims = {{"user", {"frank"}}};
    return out;
  };
  EXPECT_EQ(submit(get("/authorize", request_fields()), "frank", "wrong").status, 400U);
  now += seconds(2);
  EXPECT_NE(parameter(submit(get("/authorize", request_fields()), "frank", "frank-demo"), "code"),
            "");
  EXPECT_EQ(store.find_identity("ldap:staff", "uuid-1")->subject, "uuid-1");
  EXPECT_EQ(password_checks, 0);
}

TEST_F(FederationFlow, ADirectoryThatIsAwayIsNotAWrongPassword) {
  for (int i = 0; i < 20; ++i) {
    const auto page = submit(get("/authorize", request_fields()), "frank", "frank-demo");
    ASSERT_EQ(page.status, 503U);
    EXPECT_THAT(page.body, Not(HasSubstr("not right")));
  }
  EXPECT_EQ(store.login_failures("frank").count, 0);
}

TEST_F(FederationFlow, LocalUsersAreNotLookedForElsewhere) {
  EXPECT_NE(log_in(), "");
  EXPECT_TRUE(directory_logins.empty());
}

}  // namespace
}  // namespace waf
