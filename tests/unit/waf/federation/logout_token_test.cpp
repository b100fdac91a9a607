// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/logout_token.hpp"

#include "tests/unit/waf/federation/upstream_fixture.hpp"

namespace waf::federation {
namespace {

using nlohmann::json;

class LogoutTokenTest : public UpstreamFixture {
 protected:
  common::Result<LogoutToken> check(const json& claims, std::string_view type = "logout+jwt") {
    return check_logout_token(sign(claims, type), provider, keys, now);
  }
  void expect_refused(Errc why, const json& claims, std::string_view type = "logout+jwt") {
    const auto out = check(claims, type);
    ASSERT_FALSE(out) << claims;
    EXPECT_TRUE(out.error() == why) << out.error().message();
  }
};

TEST_F(LogoutTokenTest, A24_AGoodTokenSaysWhatEnds) {
  const auto out = check(logout_claims_of_corp());
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(out->subject, "erin-1");
  EXPECT_EQ(out->sid, "up-1");
  EXPECT_EQ(out->id, "j-1");
  EXPECT_EQ(out->expires_at, now + std::chrono::seconds(120));
}

TEST_F(LogoutTokenTest, A24_SubjectOrSessionIsEnough) {
  for (const auto* name : {"sub", "sid"}) {
    json claims = logout_claims_of_corp();
    claims.erase(name);
    EXPECT_TRUE(check(claims)) << name;
  }
  json neither = logout_claims_of_corp();
  neither.erase("sub");
  neither.erase("sid");
  expect_refused(Errc::malformed_token, neither);
}

TEST_F(LogoutTokenTest, Attack57_ForgedTokensAreRefused) {
  const common::jose::SigningKey other("k1", common::io::generate_signing_key("k1").handle());
  common::jose::Signer forged(other, "logout+jwt");
  EXPECT_TRUE(check_logout_token(forged.sign(logout_claims_of_corp().dump()), provider, keys, now)
                  .error() == Errc::bad_signature);
  json foreign = logout_claims_of_corp();
  foreign["iss"] = "https://evil.example";
  expect_refused(Errc::foreign_issuer, foreign);
  json audience = logout_claims_of_corp();
  audience["aud"] = "other";
  expect_refused(Errc::wrong_audience, audience);
  EXPECT_FALSE(check_logout_token("x.y", provider, keys, now));
}

TEST_F(LogoutTokenTest, Attack57_ANonceMakesItNoLogout) {
  json claims = logout_claims_of_corp();
  claims["nonce"] = "n-1";
  expect_refused(Errc::nonce_in_logout, claims);
}

TEST_F(LogoutTokenTest, Attack57_IdTokensAndOthersAreNoLogout) {
  expect_refused(Errc::not_a_logout, id_claims(), "JWT");
  expect_refused(Errc::not_a_logout, logout_claims_of_corp(), "at+jwt");
  json claims = logout_claims_of_corp();
  claims["events"] = {{"urn:other", json::object()}};
  expect_refused(Errc::not_a_logout, claims);
  claims["events"] = {{"http://schemas.openid.net/event/backchannel-logout", "yes"}};
  expect_refused(Errc::not_a_logout, claims);
  EXPECT_TRUE(check(logout_claims_of_corp(), "JWT"));
}

TEST_F(LogoutTokenTest, Attack57_OldTokensAndThoseWithoutAnIdAreRefused) {
  json old = logout_claims_of_corp();
  old["exp"] = common::unix_seconds(now) - 60;
  expect_refused(Errc::token_expired, old);
  json no_id = logout_claims_of_corp();
  no_id.erase("jti");
  expect_refused(Errc::malformed_token, no_id);
  json endless = logout_claims_of_corp();
  endless["exp"] = common::unix_seconds(now) + 10LL * 365 * 86400;
  expect_refused(Errc::malformed_token, endless);
}

TEST_F(LogoutTokenTest, A24_OurOwnPassesTheSameChecks) {
  const std::string claims =
      logout_claims({provider.issuer, provider.client_id, "u-1", "s-1", "d-1"}, now);
  const auto out = check(json::parse(claims));
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(out->sid, "s-1");
  EXPECT_FALSE(json::parse(logout_claims({"i", "c", "u-1", "", "d-2"}, now)).contains("sid"));
}

}  // namespace
}  // namespace waf::federation
