// SPDX-License-Identifier: Apache-2.0
#include "common/jose/dpop.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/htu.hpp"
#include "tests/support/dpop_proof.hpp"

namespace {

using namespace common;
using namespace common::jose;
using nlohmann::json;
using std::chrono::seconds;

constexpr SystemTime t0 = system_time(1'700'000'000);
constexpr const char* uri = "https://waf.example/token";

// RFC 9449 section 4.1, and the thumbprint of its key from section 6.1.
constexpr const char* rfc_proof =
    "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNo"
    "UklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERW"
    "clUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh"
    "0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8"
    "v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

class Dpop : public testing::Test {
 protected:
  Result<DpopProof> verify(const std::string& proof, const std::string& token = "") {
    return verify_dpop_proof(proof, {"POST", uri, token}, t0);
  }
  json claims() const {
    return {{"jti", "j"}, {"htm", "POST"}, {"htu", uri}, {"iat", unix_seconds(t0)}};
  }
  /// A right proof but for one header member or claim.
  std::string with_claim(const char* name, const json& value) const {
    json changed = claims();
    changed[name] = value;
    return key_.sign(key_.header(), changed);
  }
  std::string with_header(const char* name, const json& value) const {
    json changed = key_.header();
    changed[name] = value;
    return key_.sign(changed, claims());
  }

  test::DpopKey key_;
};

TEST_F(Dpop, A21_TheExampleOfTheRfcPasses) {
  const auto proof = verify_dpop_proof(rfc_proof, {"POST", "https://server.example.com/token", {}},
                                       system_time(1562262616));
  ASSERT_TRUE(proof) << proof.error().message();
  EXPECT_EQ(proof->thumbprint, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
  EXPECT_EQ(proof->id, "-BwC3ESc6acc2lTc");
}

TEST_F(Dpop, A21_TheThumbprintOfRfc7638) {
  const json jwk = {
      {"kty", "RSA"},
      {"n",
       "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_"
       "BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-"
       "65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
       "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"},
      {"e", "AQAB"},
      {"alg", "RS256"},
      {"kid", "2011-04-29"}};
  EXPECT_EQ(thumbprint_of(jwk), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_EQ(thumbprint_of({{"kty", "oct"}, {"k", "AA"}}), "");
}

TEST_F(Dpop, A21_EveryAlgorithmOfTheListPasses) {
  for (const auto algorithm : {Algorithm::es256, Algorithm::eddsa, Algorithm::rs256}) {
    const test::DpopKey key(algorithm);
    const auto proof = verify(key.proof("POST", uri, t0));
    ASSERT_TRUE(proof) << name_of(algorithm) << ": " << proof.error().message();
    EXPECT_EQ(proof->thumbprint, key.thumbprint());
  }
  const test::DpopKey key(Algorithm::eddsa);
  EXPECT_EQ(verify_dpop_proof(key.proof("POST", uri, t0), {"POST", uri, {}}, t0,
                              {.algorithms = {Algorithm::es256}})
                .error(),
            Errc::unsupported_algorithm);
}

TEST_F(Dpop, A21_TypeAndAlgorithmAreHeld) {
  EXPECT_EQ(verify(with_header("typ", "JWT")).error(), Errc::wrong_type);
  for (const auto* algorithm : {"none", "None", "HS256", "RS512", ""}) {
    EXPECT_EQ(verify(with_header("alg", algorithm)).error(), Errc::unsupported_algorithm);
  }
  EXPECT_EQ(verify(with_header("alg", "RS256")).error(), Errc::key_mismatch);
  EXPECT_EQ(verify(with_header("crit", json::array({"x"}))).error(), Errc::critical_header);
}

TEST_F(Dpop, A21_TheKeyIsPublicAndStrongEnough) {
  json with_private = key_.jwk();
  with_private["d"] = key_.jwk()["x"];
  EXPECT_EQ(verify(with_header("jwk", with_private)).error(), Errc::malformed_key);
  json header = key_.header();
  header.erase("jwk");
  EXPECT_EQ(verify(key_.sign(header, claims())).error(), Errc::malformed_key);
  EXPECT_EQ(verify(with_header("jwk", "text")).error(), Errc::malformed_key);
  const test::DpopKey rsa(Algorithm::rs256);
  json weak = rsa.header();
  weak["jwk"]["n"] = weak["jwk"]["n"].get<std::string>().substr(0, 170);  // 1020 bits
  EXPECT_EQ(verify(rsa.sign(weak, claims())).error(), Errc::malformed_key);
  json off_curve = key_.jwk();
  off_curve["y"] = off_curve["x"];
  EXPECT_EQ(verify(with_header("jwk", off_curve)).error(), Errc::malformed_key);
  const test::DpopKey other;
  EXPECT_EQ(verify(with_header("jwk", other.jwk())).error(), Errc::bad_signature);
}

TEST_F(Dpop, A21_ClaimsAreThereAndOfTheRightType) {
  for (const auto* name : {"jti", "htm", "htu", "iat"}) {
    json missing = claims();
    missing.erase(name);
    EXPECT_EQ(verify(key_.sign(key_.header(), missing)).error(), Errc::malformed_claims) << name;
    EXPECT_EQ(verify(with_claim(name, json::array())).error(), Errc::malformed_claims) << name;
  }
  EXPECT_EQ(verify(with_claim("jti", std::string(256, 'a'))).error(), Errc::malformed_claims);
  EXPECT_EQ(verify(with_claim("jti", "")).error(), Errc::malformed_claims);
  EXPECT_EQ(verify(with_claim("nonce", 7)).error(), Errc::malformed_claims);
  for (const json& bad : {json(-1), json(1e300), json("1")}) {
    EXPECT_EQ(verify(with_claim("iat", bad)).error(), Errc::malformed_claims);
  }
}

TEST_F(Dpop, A21_AProofIsForOneMethodAndAddress) {
  EXPECT_EQ(verify(with_claim("htm", "post")).error(), Errc::proof_of_other_request);
  EXPECT_EQ(verify(with_claim("htm", "GET")).error(), Errc::proof_of_other_request);
  for (const auto* good : {"HTTPS://WAF.example:443/token", "https://waf.example/token?x=1#f",
                           "https://waf.example/a/../%74oken"}) {
    EXPECT_TRUE(verify(with_claim("htu", good))) << good;
  }
  for (const auto* bad :
       {"http://waf.example/token", "https://waf.example/token/", "https://waf.example/Token",
        "https://waf.example:444/token", "https://u@waf.example/token", "/token",
        "https://waf.example.evil/token", "https://waf.example/token%2f"}) {
    EXPECT_EQ(verify(with_claim("htu", bad)).error(), Errc::proof_of_other_request) << bad;
  }
}

TEST_F(Dpop, A21_AddressesAreNormalised) {
  EXPECT_EQ(normalised_htu("https://A.example"), "https://a.example/");
  EXPECT_EQ(normalised_htu("http://a.example:80/x/./y/../%7Ez/%c3"), "http://a.example/x/~z/%C3");
  EXPECT_EQ(normalised_htu("https://[2001:DB8::1]:8443/a/"), "https://[2001:db8::1]:8443/a/");
  EXPECT_EQ(normalised_htu("https://a.example/.."), "https://a.example/");
  EXPECT_EQ(normalised_htu("SIP:IMS.example;lr?x=y"), "sip:ims.example;lr");
  EXPECT_EQ(normalised_htu("sips:Alice@IMS.example"), "sips:Alice@ims.example");
  for (const auto* bad :
       {"", "https:/x", "https://", "https://:443/", "http://:::/E", "https://a:b/", "https://a]/",
        "ftp://a/", "https://a/%4", "https://a/ b", "sip:", "sip:a@"}) {
    EXPECT_EQ(normalised_htu(bad), std::nullopt) << bad;
  }
}

TEST_F(Dpop, A21_OldAndFutureProofsAreRefused) {
  const auto at = [this](seconds shift) { return verify(key_.proof("POST", uri, t0 + shift)); };
  EXPECT_TRUE(at(seconds(-120)));
  EXPECT_EQ(at(seconds(-121)).error(), Errc::proof_out_of_time);
  EXPECT_TRUE(at(seconds(30)));
  EXPECT_EQ(at(seconds(31)).error(), Errc::proof_out_of_time);
}

TEST_F(Dpop, A21_AProofGoesWithItsToken) {
  EXPECT_TRUE(verify(key_.proof("POST", uri, t0, "token"), "token"));
  EXPECT_EQ(verify(key_.proof("POST", uri, t0, "other"), "token").error(),
            Errc::proof_of_other_token);
  EXPECT_EQ(verify(key_.proof("POST", uri, t0), "token").error(), Errc::proof_of_other_token);
}

TEST_F(Dpop, A21_SizeAndDepthAreBounded) {
  EXPECT_EQ(verify(std::string(9000, 'a')).error(), Errc::too_large);
  EXPECT_FALSE(verify(with_claim("x", json::parse(std::string(20, '[') + std::string(20, ']')))));
  EXPECT_EQ(verify(with_header("x", std::string(4000, 'a'))).error(), Errc::too_large);
  EXPECT_EQ(verify("").error(), Errc::malformed_jws);
}

TEST_F(Dpop, A21_ASeenProofIsNotTakenAgain) {
  DpopReplays replays;
  const auto first = verify(key_.proof("POST", uri, t0)).value();
  EXPECT_TRUE(replays.is_first(first, t0));
  EXPECT_FALSE(replays.is_first(first, t0 + seconds(120)));
  const test::DpopKey other;  // whoever guesses a jti must not be able to burn it
  auto same_id = first;
  same_id.thumbprint = other.thumbprint();
  EXPECT_TRUE(replays.is_first(same_id, t0));
  (void)replays.is_first(verify(key_.proof("POST", uri, t0)).value(), t0 + seconds(121));
  EXPECT_EQ(replays.size(), 1U) << "what is too old anyway is forgotten";
}

TEST_F(Dpop, A21_TheReplayMemoryIsBounded) {
  DpopReplays replays({}, 100);
  DpopProof proof{"key", "", "", t0};
  for (int i = 0; i < 1000; ++i) {
    proof.id = std::to_string(i);
    EXPECT_TRUE(replays.is_first(proof, t0));
  }
  EXPECT_EQ(replays.size(), 100U);
}

}  // namespace
