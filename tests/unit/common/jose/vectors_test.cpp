// SPDX-License-Identifier: Apache-2.0
// The examples of RFC 7515 and RFC 8037: what others signed must verify here.
#include <gtest/gtest.h>

#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/jwk.hpp"

namespace common::jose {
namespace {

struct Vector {
  std::string jwk;  // with a kid, which the RFCs' keys lack
  std::string signed_text;
  std::string signature;
};

const std::string rfc7515_payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const Vector rfc7515_a2 = {
    R"({"kty":"RSA","kid":"k","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8)"
    "W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47"
    "soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQ"
    "Y4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb"
    "54h4FRWyuXpoQ\"}",
    "eyJhbGciOiJSUzI1NiJ9." + rfc7515_payload,
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5"
    "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
    "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"};

const Vector rfc7515_a3 = {
    R"({"kty":"EC","kid":"k","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
    "eyJhbGciOiJFUzI1NiJ9." + rfc7515_payload,
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"};

const Vector rfc8037_a4 = {
    R"({"kty":"OKP","kid":"k","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"};

bool verifies(const Vector& vector, Algorithm algorithm) {
  const auto keys = KeySet::parse("{\"keys\":[" + vector.jwk + "]}");
  const PublicKey* key = keys ? keys->find("k") : nullptr;
  const auto signature = base64url_decode(vector.signature);
  return key != nullptr && key->algorithm() == algorithm && signature &&
         key->verify(vector.signed_text, *signature);
}

void expect_only_the_original(const Vector& vector, Algorithm algorithm) {
  EXPECT_TRUE(verifies(vector, algorithm));
  Vector other = vector;
  other.signed_text.back() = other.signed_text.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verifies(other, algorithm));
  other = vector;
  other.signature.front() = other.signature.front() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verifies(other, algorithm));
  other = vector;
  other.signature = other.signature.substr(0, 4 * (other.signature.size() / 8));
  EXPECT_FALSE(verifies(other, algorithm));
}

TEST(JoseVectors, J02_Rs256OfRfc7515VerifiesAndNothingElse) {
  expect_only_the_original(rfc7515_a2, Algorithm::rs256);
}

TEST(JoseVectors, J07_Es256OfRfc7515VerifiesAndNothingElse) {
  expect_only_the_original(rfc7515_a3, Algorithm::es256);
}

TEST(JoseVectors, J02_Ed25519OfRfc8037VerifiesAndNothingElse) {
  expect_only_the_original(rfc8037_a4, Algorithm::eddsa);
}

TEST(JoseVectors, J02_KeysThatFitNoAlgorithmAreSkipped) {
  for (const std::string jwk :
       {R"({"kty":"RSA","kid":"k","e":"AQAB","n":"AQAB"})",           // too short
        R"({"kty":"RSA","kid":"k","e":"","n":"AQAB"})",               //
        R"({"kty":"EC","kid":"k","crv":"P-384","x":"AA","y":"AA"})",  //
        R"({"kty":"OKP","kid":"k","crv":"Ed25519","x":"AA"})",        //
        R"({"kty":"OKP","kid":"k","crv":"X25519","x":"AA"})",         //
        R"({"kty":"EC","kid":"k","crv":"P-256","alg":"RS256","x":"","y":""})"}) {
    const auto keys = KeySet::parse("{\"keys\":[" + jwk + "]}");
    ASSERT_TRUE(keys) << jwk;
    EXPECT_EQ(keys->size(), 0U) << jwk;
  }
}

TEST(JoseVectors, J02_APointOffTheCurveIsNoKey) {
  Vector other = rfc7515_a3;
  other.jwk.replace(other.jwk.find("x_FEz"), 5, "y_FEz");
  EXPECT_FALSE(verifies(other, Algorithm::es256));
}

}  // namespace
}  // namespace common::jose
