// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/provider.hpp"

#include "common/http.hpp"
#include "tests/unit/waf/federation/upstream_fixture.hpp"
#include "waf/federation/provider_cache.hpp"
#include "waf/federation/upstream_request.hpp"

namespace waf::federation {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

json document() {
  return {{"issuer", "https://login.corp.example"},
          {"authorization_endpoint", "https://login.corp.example/auth?tenant=1"},
          {"token_endpoint", "https://login.corp.example/token"},
          {"jwks_uri", "https://login.corp.example/jwks"},
          {"authorization_response_iss_parameter_supported", true}};
}

class ProviderTest : public UpstreamFixture {
 protected:
  [[nodiscard]] ProviderMetadata metadata() const {
    return parse_provider_metadata(provider, document().dump()).value();
  }
};

TEST_F(ProviderTest, E01_DiscoveryMustNameThePinnedIssuer) {
  EXPECT_TRUE(metadata().sends_issuer);
  json foreign = document();
  foreign["issuer"] = "https://login.corp.example/";
  EXPECT_TRUE(parse_provider_metadata(provider, foreign.dump()).error() == Errc::foreign_issuer);
  EXPECT_EQ(discovery_url(provider), "https://login.corp.example/.well-known/openid-configuration");
}

TEST_F(ProviderTest, Attack56_EndpointsAreHttps) {
  for (const auto* name : {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
    for (const char* url : {"http://login.corp.example/x", "file:///etc/passwd", ""}) {
      json bad = document();
      bad[name] = url;
      EXPECT_FALSE(parse_provider_metadata(provider, bad.dump())) << name << " " << url;
    }
    json missing = document();
    missing.erase(name);
    EXPECT_FALSE(parse_provider_metadata(provider, missing.dump())) << name;
  }
  EXPECT_FALSE(parse_provider_metadata(provider, "<html>"));
}

TEST_F(ProviderTest, E01_TheRequestHasChallengeStateAndNonceAndNoVerifier) {
  const UpstreamLogin login{"state-1",           "nonce-1", "verifier-1",
                            "erin@corp.example", true,      seconds(60)};
  const std::string url = authorization_url(provider, metadata(), login, "https://waf.example");
  EXPECT_TRUE(url.starts_with("https://login.corp.example/auth?tenant=1&response_type=code"));
  const auto fields = common::parse_form(url.substr(url.find('?') + 1)).value();
  const auto value = [&](std::string_view name) -> std::string {
    for (const auto& [field, text] : fields) {
      if (field == name) return text;
    }
    return "(none)";
  };
  EXPECT_EQ(value("state"), "state-1");
  EXPECT_EQ(value("nonce"), "nonce-1");
  EXPECT_EQ(value("code_challenge_method"), "S256");
  EXPECT_EQ(value("code_challenge").size(), 43U);
  EXPECT_EQ(value("prompt"), "login");
  EXPECT_EQ(value("max_age"), "60");
  EXPECT_EQ(value("redirect_uri"), "https://waf.example/federation/corp/callback");
  EXPECT_THAT(url, Not(HasSubstr("verifier-1")));
}

TEST_F(ProviderTest, A17_ClientAuthenticationAtTheTokenEndpoint) {
  provider.client_secret = "s:3cret";
  provider.authentication = ClientAuthentication::client_secret_basic;
  auto post = token_request(provider, metadata(), "c", "v", "", "https://waf.example");
  EXPECT_EQ(post.headers.get("Authorization"), "Basic d2FmOnMlM0EzY3JldA==");
  EXPECT_THAT(post.body, Not(HasSubstr("client_secret")));
  provider.authentication = ClientAuthentication::client_secret_post;
  post = token_request(provider, metadata(), "c", "v", "", "https://waf.example");
  EXPECT_THAT(post.body, HasSubstr("client_secret=s%3A3cret"));
  provider.authentication = ClientAuthentication::private_key_jwt;
  post = token_request(provider, metadata(), "c", "v", "a.b.c", "https://waf.example");
  EXPECT_THAT(post.body, HasSubstr("client_assertion=a.b.c"));
  EXPECT_FALSE(post.headers.has("Authorization"));
  const json claims = json::parse(assertion_claims(provider, "j", now));
  EXPECT_EQ(claims.at("aud"), provider.issuer);
  EXPECT_EQ(claims.at("exp").get<long long>(), common::unix_seconds(now) + 60);
}

TEST_F(ProviderTest, TokenAnswersAreReadNarrowly) {
  EXPECT_EQ(parse_token_response(200, R"({"id_token":"i","access_token":"a"})")->id_token, "i");
  EXPECT_TRUE(parse_token_response(200, R"({"access_token":"a"})").error() ==
              Errc::malformed_answer);
  const auto refused = parse_token_response(400, R"({"error":"invalid_grant\n<script>"})");
  EXPECT_TRUE(refused.error() == Errc::token_request_refused);
  EXPECT_EQ(refused.error().detail, "invalid_grantscript");
  EXPECT_TRUE(parse_token_response(503, "").error() == Errc::provider_unavailable);
}

TEST_F(ProviderTest, E08_TheLogoutUrlNamesClientReturnAndState) {
  EXPECT_EQ(
      end_session_url(provider, "https://login.corp.example/end?a=b", "https://waf.example", "s+1"),
      "https://login.corp.example/end?a=b&client_id=" + provider.client_id +
          "&post_logout_redirect_uri=https%3A%2F%2Fwaf.example%2Ffederation%2Fcorp%2F"
          "signed-out&state=s%2B1");
}

TEST_F(ProviderTest, J13_Attack19_UnknownKeysAreFetchedForOnceAMinute) {
  ProviderCache cache;
  EXPECT_TRUE(cache.take_unknown_key_fetch(now));
  EXPECT_FALSE(cache.take_unknown_key_fetch(now + seconds(59)));
  EXPECT_TRUE(cache.take_unknown_key_fetch(now + seconds(60)));
}

TEST_F(ProviderTest, WhatWasGoodIsKeptWhileTheProviderIsAway) {
  ProviderCache cache;
  EXPECT_TRUE(cache.metadata_due(now));
  cache.set_metadata(metadata(), now);
  cache.set_keys(keys, now);
  EXPECT_FALSE(cache.metadata_due(now + seconds(3600)));
  EXPECT_TRUE(cache.keys_due(now + seconds(3600)));
  const auto later = now + std::chrono::hours(24);
  EXPECT_TRUE(cache.metadata_due(later));
  cache.note_failure(later);
  EXPECT_TRUE(cache.is_resting(later + seconds(4)));
  EXPECT_FALSE(cache.metadata_due(later + seconds(4)));
  EXPECT_NE(cache.metadata(), nullptr);
  EXPECT_TRUE(cache.metadata_due(later + seconds(5)));
  ProviderMetadata moved = metadata();
  moved.jwks_uri = "https://login.corp.example/other";
  cache.set_metadata(moved, later);
  EXPECT_EQ(cache.keys(), nullptr);
}

}  // namespace
}  // namespace waf::federation
