// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/token_validator.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "token_forge.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr common::SystemTime t0 = common::system_time(1'800'000'000);

TokenPolicy policy() {
  TokenPolicy policy;
  policy.issuer = "https://waf.ims.example";
  policy.audience = "sip:gateway.ims.example";
  policy.clients = {"demo"};
  return policy;
}

class Revoked final : public RevocationList {
 public:
  bool is_revoked(const common::jose::AccessToken& token) const override {
    return token.id == "j-1";
  }
};

/// The numbers A1…A24 are the attacks of the specification's list.
class TokenAttacks : public testing::Test {
 protected:
  common::Result<TokenPtr> validate(std::string_view token, common::SystemTime now = t0) {
    return validator_.validate(token, now, &forge_.keys(), none_);
  }
  Errc refusal(std::string_view token, common::SystemTime now = t0) {
    const auto result = validate(token, now);
    EXPECT_FALSE(result) << "accepted";
    return result ? Errc{} : static_cast<Errc>(result.error().code.value());
  }
  Errc with_claim(const std::function<void(json&)>& change) {
    json claims = forge_.claims(t0);
    change(claims);
    return refusal(forge_.sign(forge_.header(), claims));
  }
  Errc with_header(const std::function<void(json&)>& change) {
    json header = forge_.header();
    change(header);
    return refusal(forge_.sign(header, forge_.claims(t0)));
  }

  test::TokenForge forge_;
  TokenValidator validator_{policy()};
  NoRevocations none_;
};

TEST_F(TokenAttacks, J12_GoodTokenYieldsIdentities) {
  const auto token = validate(forge_.good(t0));
  ASSERT_TRUE(token) << token.error().message();
  EXPECT_EQ((*token)->ims.impi, "alice@ims.example");
  EXPECT_THAT((*token)->ims.impus,
              testing::ElementsAre("sip:alice@ims.example", "tel:+15550100001"));
  EXPECT_EQ((*token)->ims.waf, "waf.ims.example");
  EXPECT_EQ((*token)->ims.wwsf, "wwsf.ims.example");
}

TEST_F(TokenAttacks, J02_Attack01_AlgorithmNone) {
  for (const char* name : {"none", "None", "nOnE", ""}) {
    json header = forge_.header();
    header["alg"] = name;
    const std::string text = test::unsigned_token(header.dump(), forge_.claims(t0).dump());
    EXPECT_THAT(refusal(text + "."), testing::AnyOf(Errc::invalid_token, Errc::malformed_token));
    EXPECT_EQ(refusal(forge_.sign(header, forge_.claims(t0))), Errc::invalid_token) << name;
  }
}

TEST_F(TokenAttacks, J02_Attack02_HmacKeyedWithThePublicKey) {
  json header = forge_.header();
  header["alg"] = "HS256";
  const std::string text = test::unsigned_token(header.dump(), forge_.claims(t0).dump());
  unsigned char mac[32];
  unsigned size = sizeof mac;
  const std::string& key = forge_.public_pem();
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  EXPECT_EQ(refusal(text + "." + test::base64url({reinterpret_cast<char*>(mac), size})),
            Errc::invalid_token);
}

TEST_F(TokenAttacks, J07_Attack03_RsaAlgorithmWithTheKidOfAnEcKey) {
  TokenPolicy lax = policy();
  lax.algorithms = {common::jose::Algorithm::es256, common::jose::Algorithm::rs256};
  json header = forge_.header();
  header["alg"] = "RS256";
  const auto result = TokenValidator(lax).validate(forge_.sign(header, forge_.claims(t0)), t0,
                                                   &forge_.keys(), none_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Errc::invalid_token);
}

TEST_F(TokenAttacks, J13_Attack04_KeyIdsThatAreNoNames) {
  for (const std::string& kid : {std::string("../../x"), std::string("' OR 1=1 --"),
                                 std::string("a\0b", 3), std::string(65, 'a'), std::string()}) {
    EXPECT_EQ(with_header([&](json& header) { header["kid"] = kid; }), Errc::invalid_token);
  }
  EXPECT_THAT(with_header([](json& header) { header["kid"] = std::string(1024, 'a'); }),
              testing::AnyOf(Errc::invalid_token, Errc::malformed_token));
}

TEST_F(TokenAttacks, J08_Attack05_KeysInTheHeaderAreNotUsed) {
  const test::TokenForge attacker("k1");
  json header = forge_.header();
  header["jku"] = "https://evil.example/jwks";
  header["x5u"] = "https://evil.example/cert";
  header["jwk"] = json::parse(attacker.keys().find("k1")->to_jwk());
  EXPECT_EQ(refusal(attacker.sign(header, attacker.claims(t0))), Errc::invalid_token);
  EXPECT_TRUE(validate(forge_.sign(header, forge_.claims(t0)))) << "ignored, not refused";
}

TEST_F(TokenAttacks, J01_Attack06_OtherTokensOfTheSameIssuer) {
  for (const char* type : {"JWT", "logout+jwt", "dpop+jwt", ""}) {
    EXPECT_EQ(with_header([&](json& header) { header["typ"] = type; }), Errc::invalid_token);
  }
  EXPECT_EQ(with_header([](json& header) { header.erase("typ"); }), Errc::invalid_token);
}

TEST_F(TokenAttacks, J01_TypeIsComparedWithoutCaseAndWithItsPrefix) {
  for (const char* type : {"AT+JWT", "application/at+jwt", "Application/AT+jwt"}) {
    json header = forge_.header();
    header["typ"] = type;
    EXPECT_TRUE(validate(forge_.sign(header, forge_.claims(t0)))) << type;
  }
}

TEST_F(TokenAttacks, J04_Attack07_WrongAudience) {
  EXPECT_EQ(with_claim([](json& claims) { claims["aud"] = "sip:other.example"; }),
            Errc::wrong_audience);
  EXPECT_EQ(with_claim([](json& claims) {
              claims["aud"] = json::array({"a", "b"});
            }),
            Errc::wrong_audience);
  json claims = forge_.claims(t0);
  claims["aud"] = json::array({"a", "sip:gateway.ims.example"});
  EXPECT_TRUE(validate(forge_.sign(forge_.header(), claims)));
}

TEST_F(TokenAttacks, J03_Attack08_IssuerDiffersBySlashOrCase) {
  for (const char* issuer :
       {"https://waf.ims.example/", "https://WAF.ims.example", "http://waf.ims.example", ""}) {
    EXPECT_NE(with_claim([&](json& claims) { claims["iss"] = issuer; }), Errc{}) << issuer;
  }
  EXPECT_EQ(with_claim([](json& claims) { claims["iss"] = "https://waf.ims.example/"; }),
            Errc::untrusted_issuer);
}

TEST_F(TokenAttacks, J05_Attack09_ExpiredBeyondTheLeeway) {
  const std::string token = forge_.good(t0);
  EXPECT_TRUE(validate(token, t0 + 600s + 29s));
  EXPECT_EQ(refusal(token, t0 + 600s + 30s), Errc::expired);
  EXPECT_EQ(refusal(token, t0 + 600s + 31s), Errc::expired);
}

TEST_F(TokenAttacks, J05_Attack10_NotYetValid) {
  const std::string token = forge_.good(t0);
  EXPECT_TRUE(validate(token, t0 - 60s));
  EXPECT_EQ(refusal(token, t0 - 61s), Errc::not_yet_valid);
  EXPECT_EQ(with_claim([](json& claims) { claims["nbf"] = common::unix_seconds(t0) + 61; }),
            Errc::not_yet_valid);
}

TEST_F(TokenAttacks, J06_Attack11_ExpiryThatIsNoTime) {
  EXPECT_EQ(with_claim([](json& claims) { claims.erase("exp"); }), Errc::invalid_token);
  for (const json& value : {json("1800000600"), json(1e300), json(-1), json(true), json()}) {
    EXPECT_EQ(with_claim([&](json& claims) { claims["exp"] = value; }), Errc::invalid_token)
        << value;
  }
}

TEST_F(TokenAttacks, J11_LifetimeIsBounded) {
  EXPECT_EQ(
      with_claim([](json& claims) { claims["exp"] = common::unix_seconds(t0) + 2 * 3600 + 1; }),
      Errc::lifetime_too_long);
}

TEST_F(TokenAttacks, J09_Attack12_DuplicateMembers) {
  const std::string header = forge_.header().dump();
  const std::string claims = forge_.claims(t0).dump();
  const std::string twice_header = R"({"alg":"ES256",)" + header.substr(1);
  const std::string twice_claims = R"({"sub":"u-2",)" + claims.substr(1);
  EXPECT_EQ(refusal(forge_.sign_text(twice_header, claims)), Errc::invalid_token);
  EXPECT_EQ(refusal(forge_.sign_text(header, twice_claims)), Errc::invalid_token);
}

TEST_F(TokenAttacks, J11_Attack13_HugeTokens) {
  for (const std::size_t size : {5U * 1024, 1024U * 1024}) {
    json claims = forge_.claims(t0);
    claims["pad"] = std::string(size, 'x');
    EXPECT_EQ(refusal(forge_.sign(forge_.header(), claims)), Errc::malformed_token);
    EXPECT_EQ(refusal(std::string(size, '.')), Errc::malformed_token);
  }
}

TEST_F(TokenAttacks, J11_Attack14_DepthBombAndBadUtf8) {
  const std::string header = forge_.header().dump();
  const std::string deep = R"({"a":)" + std::string(200, '[') + std::string(200, ']') + "}";
  EXPECT_EQ(refusal(forge_.sign_text(header, deep)), Errc::invalid_token);
  EXPECT_EQ(refusal(forge_.sign_text(R"({"a":[[[[[[1]]]]]],)" + header.substr(1), "{}")),
            Errc::invalid_token);
  EXPECT_EQ(refusal(forge_.sign_text(header, "{\"sub\":\"\xff\xfe\"}")), Errc::invalid_token);
}

TEST_F(TokenAttacks, J07_Attack15_SignaturesOfOtherForms) {
  const std::string text = test::unsigned_token(forge_.header().dump(), forge_.claims(t0).dump());
  const std::string good = forge_.jose_signature(text);
  for (const std::string& bad :
       {std::string(64, '\0'), forge_.der_signature(text), good.substr(0, 63), good + '\0',
        std::string(), good.substr(32) + good.substr(0, 32)}) {
    EXPECT_THAT(refusal(text + "." + test::base64url(bad)),
                testing::AnyOf(Errc::invalid_token, Errc::malformed_token));
  }
  EXPECT_TRUE(validate(text + "." + test::base64url(good)));
}

TEST_F(TokenAttacks, J10_Attack16_UnknownCriticalHeader) {
  EXPECT_EQ(with_header([](json& header) {
              header["crit"] = json::array({"x"});
              header["x"] = 1;
            }),
            Errc::invalid_token);
}

TEST_F(TokenAttacks, Attack17_PaddingWhiteSpaceAndTheOtherAlphabet) {
  const std::string token = forge_.good(t0);
  const auto first_dot = token.find('.');
  std::string padded = token;
  padded.insert(first_dot, "=");
  std::string spaced = token;
  spaced.insert(first_dot, " ");
  std::string other = token;
  other[first_dot + 5] = '+';
  for (const std::string& bad : {padded, spaced, other, token + "=", token + " ", " " + token,
                                 token + ".", token.substr(0, token.rfind('.'))}) {
    EXPECT_THAT(refusal(bad), testing::AnyOf(Errc::invalid_token, Errc::malformed_token)) << bad;
  }
}

TEST_F(TokenAttacks, Attack18_EncryptedOrCompressedTokens) {
  EXPECT_EQ(with_header([](json& header) { header["zip"] = "DEF"; }), Errc::invalid_token);
  EXPECT_EQ(refusal("eyJhbGciOiJkaXIifQ..a.b.c"), Errc::malformed_token);
}

TEST_F(TokenAttacks, J13_UnknownKeyAndMissingKeysAreToldApart) {
  EXPECT_EQ(with_header([](json& header) { header["kid"] = "k2"; }), Errc::unknown_key);
  const auto none = validator_.validate(forge_.good(t0), t0, nullptr, none_);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), Errc::no_keys);
}

TEST_F(TokenAttacks, J14_KeyOfTheSameNameButAnotherIssuer) {
  const test::TokenForge stranger("k1");
  EXPECT_EQ(refusal(stranger.good(t0)), Errc::invalid_token);
}

TEST_F(TokenAttacks, Attack22_RefreshTokenOrCodeAsBearer) {
  for (const char* secret : {"8xLOxBtZp8", "SplxlOBeZQQYbYS6WxSbIA", "a.b", "a.b.c"}) {
    EXPECT_THAT(refusal(secret), testing::AnyOf(Errc::invalid_token, Errc::malformed_token));
  }
}

TEST_F(TokenAttacks, Attack23_ClientThatIsNotAllowedHere) {
  EXPECT_EQ(with_claim([](json& claims) { claims["client_id"] = "hardphone"; }),
            Errc::client_not_allowed);
}

TEST_F(TokenAttacks, J06_J12_MissingClaims) {
  for (const char* name : {"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "ims"}) {
    EXPECT_EQ(with_claim([&](json& claims) { claims.erase(name); }), Errc::invalid_token) << name;
  }
  EXPECT_EQ(with_claim([](json& claims) { claims["ims"].erase("impi"); }), Errc::invalid_token);
  EXPECT_EQ(with_claim([](json& claims) { claims["ims"]["impus"] = json::array(); }),
            Errc::invalid_token);
}

TEST_F(TokenAttacks, J15_Attack20_RevokedTokenIsRefusedAlthoughItVerifies) {
  const auto result = validator_.validate(forge_.good(t0), t0, &forge_.keys(), Revoked());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Errc::revoked);
}

TEST_F(TokenAttacks, SEC15_DetailsNeverHoldTheToken) {
  const std::string token = forge_.good(t0);
  const auto result = validate(token, t0 + 3600s);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message().find(token.substr(0, 20)), std::string::npos);
  EXPECT_NE(result.error().message().find("j-1"), std::string::npos);
}

}  // namespace
}  // namespace wic
