// SPDX-License-Identifier: Apache-2.0
#include "common/jose/jws.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/io/key_files.hpp"
#include "common/jose/access_token.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"
#include "common/jose/signing_key.hpp"

namespace {

using common::base64url_encode;
using common::bytes_of;
using common::system_time;
using namespace common::jose;

AccessToken sample() {
  AccessToken out;
  out.issuer = "https://waf.example.com";
  out.audience = {"sip:gw.example.com"};
  out.subject = "u-1";
  out.client_id = "demo";
  out.issued_at = system_time(1000);
  out.expires_at = system_time(1600);
  out.id = "g.1";
  out.scopes = {"sip.register", "sip.call"};
  out.session = "s-1";
  out.auth_time = system_time(990);
  out.acr = "urn:acr:pwd";
  out.ims = {"alice@ims.example", {"sip:alice@ims.example"}, "waf", "wwsf", "individual", {}, {}};
  return out;
}

class Jws : public testing::Test {
 protected:
  void SetUp() override { keys_.add(key_.public_key()); }

  /// A token whose header is ours to spoil; signed properly.
  std::string with_header(const std::string& header) {
    const std::string text =
        base64url_encode(bytes_of(header)) + "." + base64url_encode(bytes_of(to_json(sample())));
    const std::string good = Signer(key_, "at+jwt").sign(to_json(sample()));
    return text + good.substr(good.rfind('.'));
  }
  common::Result<AccessToken> verify(const std::string& token) {
    return verify_access_token(token, keys_);
  }

  SigningKey key_ = common::io::generate_signing_key("k1");
  KeySet keys_;
};

TEST_F(Jws, J07_SignedTokenVerifiesAndKeepsEveryClaim) {
  const auto token = verify(Signer(key_, "at+jwt").sign(to_json(sample())));
  ASSERT_TRUE(token) << token.error().message();
  EXPECT_EQ(to_json(*token), to_json(sample()));
}

TEST_F(Jws, J01_OnlyAccessTokenTypeIsAccepted_Attack06) {
  EXPECT_EQ(verify(Signer(key_, "JWT").sign(to_json(sample()))).error(), Errc::wrong_type);
  EXPECT_TRUE(verify(Signer(key_, "application/AT+JWT").sign(to_json(sample()))));
}

TEST_F(Jws, J02_AlgorithmsOutsideTheListAreRefused_Attack01_Attack02_Attack03) {
  for (const std::string alg : {"none", "None", "nOnE", "HS256", "RS256", "", "ES384"}) {
    const auto result = verify(with_header(R"({"typ":"at+jwt","kid":"k1","alg":")" + alg + "\"}"));
    EXPECT_EQ(result.error(), Errc::unsupported_algorithm) << alg;
  }
}

TEST_F(Jws, J02_AlgorithmMustFitTheKey_Attack03) {
  const JwsPolicy policy{.types = {"at+jwt"}, .algorithms = {Algorithm::es256, Algorithm::rs256}};
  const auto token = with_header(R"({"typ":"at+jwt","kid":"k1","alg":"RS256"})");
  EXPECT_EQ(verify_jws(token, keys_, policy).error(), Errc::key_mismatch);
}

TEST_F(Jws, J08_KeyIdsAreCheckedBeforeAnyLookUp_Attack04) {
  for (const std::string& kid :
       std::vector<std::string>{"../../x", "a'--", "a\\u0000b", std::string(65, 'a'), ""}) {
    const auto result =
        verify(with_header(R"({"typ":"at+jwt","alg":"ES256","kid":")" + kid + "\"}"));
    EXPECT_EQ(result.error(), Errc::invalid_key_id) << kid;
  }
  EXPECT_EQ(verify(with_header(R"({"typ":"at+jwt","alg":"ES256","kid":"k2"})")).error(),
            Errc::unknown_key);
}

TEST_F(Jws, J08_KeysInTheHeaderAreIgnored_Attack05) {
  const SigningKey other = common::io::generate_signing_key("k1");
  const std::string header =
      R"({"typ":"at+jwt","alg":"ES256","kid":"k1","jku":"https://evil","jwk":)" +
      other.public_key().to_jwk() + "}";
  const std::string forged = Signer(other, "at+jwt").sign(to_json(sample()));
  EXPECT_EQ(verify(base64url_encode(bytes_of(header)) + forged.substr(forged.find('.'))).error(),
            Errc::bad_signature);
}

TEST_F(Jws, J09_DuplicateMembersAreRefused_Attack12) {
  EXPECT_EQ(verify(with_header(R"({"typ":"at+jwt","alg":"ES256","kid":"k1","kid":"k1"})")).error(),
            Errc::duplicate_member);
  std::string claims = to_json(sample());
  claims.insert(1, R"("iss":"https://evil",)");
  EXPECT_EQ(verify(Signer(key_, "at+jwt").sign(claims)).error(), Errc::duplicate_member);
}

TEST_F(Jws, J10_CriticalHeadersAreRefused_Attack16_Attack18) {
  EXPECT_EQ(
      verify(with_header(R"({"typ":"at+jwt","alg":"ES256","kid":"k1","crit":["x"]})")).error(),
      Errc::critical_header);
  EXPECT_FALSE(verify(with_header(R"({"typ":"at+jwt","alg":"ES256","kid":"k1","zip":"DEF"})")));
}

TEST_F(Jws, J11_SizeAndDepthAreBounded_Attack13_Attack14) {
  EXPECT_EQ(verify(std::string(5000, 'a')).error(), Errc::too_large);
  EXPECT_EQ(parse_json(std::string(2000, '['), {.max_depth = 4}).error(), Errc::too_deep);
  EXPECT_EQ(parse_json("{\"a\":\"\xff\"}", {}).error(), Errc::invalid_utf8);
  EXPECT_EQ(parse_json(std::string("{}\0{}", 5), {}).error(), Errc::malformed_json);
  EXPECT_FALSE(parse_json("{} x", {}));
  EXPECT_FALSE(parse_json("{\"a\":1e999}", {}));
}

TEST_F(Jws, J07_DegenerateSignaturesAreRefused_Attack15) {
  const std::string good = Signer(key_, "at+jwt").sign(to_json(sample()));
  const std::string front = good.substr(0, good.rfind('.') + 1);
  for (const std::size_t size : {0U, 63U, 64U, 65U, 70U}) {
    const std::string zeros(size, '\0');
    EXPECT_FALSE(verify(front + base64url_encode(bytes_of(zeros)))) << size;
  }
}

TEST_F(Jws, J11_OnlyStrictBase64UrlIsTaken_Attack17) {
  const std::string good = Signer(key_, "at+jwt").sign(to_json(sample()));
  for (const auto& bad : {good + "=", " " + good, good + "\n", "." + good, good + ".x"}) {
    EXPECT_EQ(verify(bad).error(), Errc::malformed_jws);
  }
}

TEST_F(Jws, J06_MissingOrMistypedClaimsAreRefused_Attack11) {
  const nlohmann::json good = nlohmann::json::parse(to_json(sample()));
  for (const auto* name : {"iss", "aud", "sub", "client_id", "iat", "exp", "jti", "scope", "ims"}) {
    nlohmann::json claims = good;
    claims.erase(name);
    EXPECT_EQ(parse_access_token(claims.dump()).error(), Errc::malformed_claims) << name;
  }
  for (const nlohmann::json& value : {nlohmann::json("1600"), nlohmann::json(1e300),
                                      nlohmann::json(-1), nlohmann::json(nullptr)}) {
    nlohmann::json claims = good;
    claims["exp"] = value;
    EXPECT_FALSE(parse_access_token(claims.dump())) << value;
  }
}

TEST_F(Jws, J17_OnlyConfirmationsThatCanBeCheckedAreTaken) {
  nlohmann::json claims = nlohmann::json::parse(to_json(sample()));
  claims["cnf"] = {{"x5t#S256", "cert"}, {"jkt", "key"}};
  const auto token = parse_access_token(claims.dump());
  ASSERT_TRUE(token);
  EXPECT_EQ(token->certificate_thumbprint, "cert");
  EXPECT_EQ(token->key_thumbprint, "key");
  EXPECT_EQ(parse_access_token(to_json(*token))->key_thumbprint, "key");
  for (const nlohmann::json& bad :
       {nlohmann::json::object(), nlohmann::json{{"kid", "x"}}, nlohmann::json{{"jkt", 1}},
        nlohmann::json{{"jkt", "key"}, {"jwk", "x"}}, nlohmann::json("text")}) {
    claims["cnf"] = bad;
    EXPECT_FALSE(parse_access_token(claims.dump())) << bad;
  }
}

TEST_F(Jws, A13_KeySetRoundTripsAndRefusesPrivateKeys) {
  const auto keys = KeySet::parse(keys_.to_json());
  ASSERT_TRUE(keys);
  EXPECT_TRUE(verify_access_token(Signer(key_, "at+jwt").sign(to_json(sample())), *keys));
  EXPECT_FALSE(KeySet::parse(R"({"keys":[{"kty":"EC","d":"x"}]})"));
  EXPECT_EQ(KeySet::parse(R"({"keys":[{"kty":"oct","kid":"a","k":"x"}]})")->size(), 0U);
}

}  // namespace
