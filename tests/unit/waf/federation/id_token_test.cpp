// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/id_token.hpp"

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "tests/unit/waf/federation/upstream_fixture.hpp"

namespace waf::federation {
namespace {

using nlohmann::json;

class IdTokenTest : public UpstreamFixture {
 protected:
  common::Result<IdToken> check(const json& claims, std::string_view type = "JWT") {
    return check_id_token(sign(claims, type), provider, keys, expected, now);
  }
  void expect_refused(Errc why, const json& claims, std::string_view type = "JWT") {
    const auto out = check(claims, type);
    ASSERT_FALSE(out) << claims;
    EXPECT_TRUE(out.error() == why) << out.error().message();
  }
  static json with(json claims, const char* name, json value) {
    claims[name] = std::move(value);
    return claims;
  }
  static json without(json claims, const char* name) {
    claims.erase(name);
    return claims;
  }

  IdTokenExpectations expected{"n-1", std::nullopt, "upstream-access-token"};
};

TEST_F(IdTokenTest, E01_AGoodTokenSaysWho) {
  const auto out = check(id_claims());
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(out->subject, "erin-1");
  EXPECT_EQ(out->sid, "up-1");
  EXPECT_EQ(out->claims.at("preferred_username").front(), "erin");
}

TEST_F(IdTokenTest, EncryptedTokensAreRefusedFirst) {
  const auto out = check_id_token("a.b.c.d.e", provider, keys, expected, now);
  EXPECT_TRUE(out.error() == Errc::encrypted_token);
}

TEST_F(IdTokenTest, Attack01_AlgorithmsOutsideTheListAreRefused) {
  provider.algorithms = {common::jose::Algorithm::rs256};
  expect_refused(Errc::malformed_token, id_claims());
  const auto none =
      common::base64url_encode(common::bytes_of(std::string_view(R"({"alg":"none","kid":"k1"})"))) +
      "." + common::base64url_encode(common::bytes_of(id_claims().dump())) + ".";
  EXPECT_FALSE(check_id_token(none, provider, keys, expected, now));
}

TEST_F(IdTokenTest, UnknownKeysAndForeignSignaturesAreToldApart) {
  const auto other = common::io::generate_signing_key("k2");
  common::jose::Signer unknown(other, "JWT");
  EXPECT_TRUE(
      check_id_token(unknown.sign(id_claims().dump()), provider, keys, expected, now).error() ==
      Errc::unknown_key);
  const common::jose::SigningKey same_kid("k1", other.handle());
  common::jose::Signer forged(same_kid, "JWT");
  EXPECT_TRUE(
      check_id_token(forged.sign(id_claims().dump()), provider, keys, expected, now).error() ==
      Errc::bad_signature);
}

TEST_F(IdTokenTest, Attack06_OtherKindsOfTokensAreNoIdTokens) {
  expect_refused(Errc::malformed_token, id_claims(), "at+jwt");
  expect_refused(Errc::malformed_token, id_claims(), "logout+jwt");
}

TEST_F(IdTokenTest, E02_Attack37_IssuerIsComparedExactly) {
  for (const auto* issuer : {"https://login.corp.example/", "https://LOGIN.corp.example",
                             "http://login.corp.example", "https://evil.example", ""}) {
    expect_refused(Errc::foreign_issuer, with(id_claims(), "iss", issuer));
  }
  expect_refused(Errc::foreign_issuer, without(id_claims(), "iss"));
}

TEST_F(IdTokenTest, AudienceAndAuthorizedParty) {
  expect_refused(Errc::wrong_audience, with(id_claims(), "aud", "other"));
  expect_refused(Errc::wrong_audience, with(id_claims(), "aud", json::array({"other"})));
  expect_refused(Errc::wrong_audience, without(id_claims(), "aud"));
  EXPECT_TRUE(check(with(id_claims(), "aud", json::array({"waf"}))));
  const json several = with(id_claims(), "aud", json::array({"waf", "other"}));
  expect_refused(Errc::wrong_party, several);
  expect_refused(Errc::wrong_party, with(several, "azp", "other"));
  EXPECT_TRUE(check(with(several, "azp", "waf")));
  expect_refused(Errc::wrong_party, with(id_claims(), "azp", "other"));
}

TEST_F(IdTokenTest, TimesHaveAMinuteOfSkew) {
  const auto at = common::unix_seconds(now);
  EXPECT_TRUE(check(with(id_claims(), "exp", at - 59)));
  expect_refused(Errc::token_expired, with(id_claims(), "exp", at - 60));
  EXPECT_TRUE(check(with(id_claims(), "iat", at + 60)));
  expect_refused(Errc::issued_in_the_future, with(id_claims(), "iat", at + 61));
  for (const json& value : {json("soon"), json(-1), json(1e300), json(nullptr), json::array()}) {
    expect_refused(Errc::malformed_token, with(id_claims(), "exp", value));
  }
  expect_refused(Errc::malformed_token, without(id_claims(), "exp"));
  expect_refused(Errc::malformed_token, without(id_claims(), "iat"));
}

TEST_F(IdTokenTest, Attack38_NonceMissingOrSwapped) {
  expect_refused(Errc::wrong_nonce, without(id_claims(), "nonce"));
  expect_refused(Errc::wrong_nonce, with(id_claims(), "nonce", "n-2"));
  expect_refused(Errc::wrong_nonce, with(id_claims(), "nonce", ""));
}

TEST_F(IdTokenTest, E07_MaxAgeWantsAFreshLogin) {
  expected.max_age = std::chrono::seconds(300);
  const auto at = common::unix_seconds(now);
  expect_refused(Errc::login_too_old, id_claims());
  expect_refused(Errc::login_too_old, with(id_claims(), "auth_time", at - 361));
  EXPECT_TRUE(check(with(id_claims(), "auth_time", at - 360)));
}

TEST_F(IdTokenTest, E07_RequiredAcr) {
  provider.acr_values = {"urn:corp:mfa"};
  expect_refused(Errc::wrong_acr, id_claims());
  expect_refused(Errc::wrong_acr, with(id_claims(), "acr", "urn:corp:pwd"));
  EXPECT_EQ(check(with(id_claims(), "acr", "urn:corp:mfa"))->acr, "urn:corp:mfa");
}

TEST_F(IdTokenTest, AccessTokenHashIsHeldWhenItIsThere) {
  const auto hash = common::sha256(expected.access_token);
  const auto half = common::base64url_encode(std::span(hash).first(16));
  EXPECT_TRUE(check(with(id_claims(), "at_hash", half)));
  expect_refused(Errc::wrong_token_hash, with(id_claims(), "at_hash", "AAAA"));
}

TEST_F(IdTokenTest, APinnedTenantIsHeld) {
  provider.tenant = "t-1";
  expect_refused(Errc::wrong_tenant, id_claims());
  EXPECT_TRUE(check(with(id_claims(), "tid", "t-1")));
}

TEST_F(IdTokenTest, E03_SubjectsAreThereAndBounded) {
  expect_refused(Errc::malformed_token, without(id_claims(), "sub"));
  expect_refused(Errc::malformed_token, with(id_claims(), "sub", std::string(256, 'x')));
  expect_refused(Errc::malformed_token, with(id_claims(), "sub", 7));
}

TEST_F(IdTokenTest, UserinfoOfSomebodyElseIsRefused) {
  EXPECT_EQ(check_userinfo(R"({"sub":"erin-1","email":"e@corp"})", "erin-1")->at("email").front(),
            "e@corp");
  EXPECT_TRUE(check_userinfo(R"({"sub":"mallory"})", "erin-1").error() == Errc::foreign_subject);
  EXPECT_TRUE(check_userinfo("eyJhb…", "erin-1").error() == Errc::malformed_answer);
}

}  // namespace
}  // namespace waf::federation
