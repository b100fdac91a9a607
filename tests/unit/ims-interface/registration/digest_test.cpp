// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/digest.hpp"

#include <gtest/gtest.h>

#include "ims-interface/registration/nonces.hpp"
#include "tests/support/seeded_random.hpp"

namespace ims {
namespace {

using namespace std::chrono_literals;
using State = DigestCredentials::State;

std::string valid(const std::string& change = "", const std::string& to = "") {
  std::string text =
      "Digest username=\"2001\", realm=\"ims.example.com\", nonce=\"5f1c9a7d3b2e4f60\", "
      "uri=\"sip:ims.example.com\", response=\"2c166dd4228742ab85d7eb3fa6aaf6b9a065f5eb1c8f5d195d2"
      "df3d4d5ab21b5\", algorithm=SHA-256, cnonce=\"0a4f113b\", qop=auth, nc=00000001";
  if (!change.empty()) text.replace(text.find(change), change.size(), to);
  return text;
}

State read(const std::string& value) { return read_digest_value(value, "ims.example.com").state; }

TEST(Digest, B21_ReadsTheVectorOfTheSpecification) {
  const auto read = read_digest_value(valid(), "ims.example.com");
  ASSERT_EQ(read.state, State::present);
  EXPECT_EQ(read.username, "2001");
  EXPECT_EQ(read.algorithm, DigestAlgorithm::sha256);
  EXPECT_EQ(read.count, 1U);
  EXPECT_EQ(read.response.size(), 64U);
}

TEST(Digest, OtherRealmsAndSchemesDoNotCount) {
  EXPECT_EQ(read(valid("realm=\"ims.example.com\"", "realm=\"other\"")), State::absent);
  EXPECT_EQ(read("Bearer abc"), State::absent);
  EXPECT_EQ(read("Basic YWxpY2U6MQ=="), State::absent);
  EXPECT_EQ(read(""), State::absent);
}

TEST(Digest, B20_WhatIsNotWholeIsMalformed) {
  EXPECT_EQ(read(valid("qop=auth, ", "")), State::malformed);
  EXPECT_EQ(read(valid("qop=auth", "qop=auth-int")), State::malformed);
  EXPECT_EQ(read(valid("nc=00000001", "nc=1")), State::malformed);
  EXPECT_EQ(read(valid("nc=00000001", "nc=0000000g")), State::malformed);
  EXPECT_EQ(read(valid("SHA-256", "MD5")), State::malformed);  // length of the response
  EXPECT_EQ(read(valid("SHA-256", "SHA-1")), State::malformed);
  EXPECT_EQ(read(valid("username=\"2001\"", "username=\"\"")), State::malformed);
  EXPECT_EQ(read(valid("username=\"2001\"", "username=\"2001\", username=\"x\"")),
            State::malformed);
  EXPECT_EQ(read(valid("username=\"2001\"", "username=\"" + std::string(600, 'x') + "\"")),
            State::malformed);
  EXPECT_EQ(read("Digest"), State::malformed);
}

TEST(Digest, TwoOfOurRealmAreMalformed) {
  const auto request = sip::Message::parse(
      "REGISTER sip:ims.example.com SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\r\n"
      "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
      "Authorization: " +
      valid() + "\r\nAuthorization: " + valid() + "\r\nContent-Length: 0\r\n\r\n");
  ASSERT_TRUE(request);
  EXPECT_EQ(read_digest(*request, "ims.example.com").state, State::malformed);
}

class NonceTest : public testing::Test {
 protected:
  const common::IpAddress client = *common::IpAddress::parse("198.51.100.7");
  const common::IpAddress other = *common::IpAddress::parse("203.0.113.9");
  test::SeededRandom random;
  common::TimePoint now{1h};
  Nonces nonces{Nonces::Key{}, 60s, 2};
};

TEST_F(NonceTest, Attack65_CountsMustRise) {
  const std::string nonce = nonces.make(now, client, random);
  EXPECT_TRUE(nonces.take(now, client, nonce, 1));
  EXPECT_FALSE(nonces.take(now, client, nonce, 1));
  EXPECT_TRUE(nonces.take(now, client, nonce, 3));
  EXPECT_FALSE(nonces.take(now, client, nonce, 2));
  EXPECT_FALSE(nonces.take(now, client, nonce, 0));
}

TEST_F(NonceTest, Attack65_ForeignOnesAreNotOurs) {
  const std::string nonce = nonces.make(now, client, random);
  Nonces elsewhere{{std::byte{1}}, 60s, 2};
  EXPECT_FALSE(elsewhere.take(now, client, nonce, 1));
  EXPECT_FALSE(nonces.take(now, other, nonce, 1));
  std::string bent = nonce;
  bent[3] = bent[3] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(nonces.take(now, client, bent, 1));
  EXPECT_FALSE(nonces.take(now, client, "", 1));
  EXPECT_FALSE(nonces.take(now, client, "5f1c9a7d3b2e4f60", 1));
}

TEST_F(NonceTest, TheyLiveForTheirTimeAndNoLonger) {
  const std::string nonce = nonces.make(now, client, random);
  EXPECT_TRUE(nonces.take(now + 60s, client, nonce, 1));
  EXPECT_FALSE(nonces.take(now + 61s, client, nonce, 2));
}

TEST_F(NonceTest, AskingCostsNoMemoryAndUseABoundedOne) {
  for (int i = 0; i < 1000; ++i) static_cast<void>(nonces.make(now, client, random));
  EXPECT_EQ(nonces.in_use(), 0U);
  const std::string first = nonces.make(now, client, random);
  const std::string second = nonces.make(now, client, random);
  const std::string third = nonces.make(now + 61s, client, random);
  EXPECT_TRUE(nonces.take(now, client, first, 1));
  EXPECT_TRUE(nonces.take(now, client, second, 1));
  EXPECT_FALSE(nonces.take(now, client, nonces.make(now, client, random), 1));
  EXPECT_TRUE(nonces.take(now + 61s, client, third, 1));  // the old ones are gone
  EXPECT_EQ(nonces.in_use(), 1U);
}

}  // namespace
}  // namespace ims
