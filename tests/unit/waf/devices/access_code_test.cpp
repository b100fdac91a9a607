// SPDX-License-Identifier: Apache-2.0
// Token-auth 3.2: the code itself and how it is kept.
#include <map>
#include <set>

#include "tests/unit/waf/devices/device_fixture.hpp"

namespace waf {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class AccessCode : public test_support::DeviceFixture {};

TEST_F(AccessCode, C03_EveryDigitIsAsLikelyAsAnyOther) {
  std::map<char, int> seen;
  for (int i = 0; i < 10'000; ++i) {
    const std::string code = new_access_code(random, 10);
    ASSERT_EQ(code.size(), 10U);
    for (const char c : code) ++seen[c];
  }
  ASSERT_EQ(seen.size(), 10U);
  // 10,000 of 100,000 each; six standard deviations are 570.
  for (const auto& [digit, count] : seen) EXPECT_NEAR(count, 10'000, 570) << digit;
}

TEST_F(AccessCode, C17_TheDefaultsAreThoseOfTheRiskAssessment) {
  const AccessCodeSettings defaults;  // docs/access-codes-risk.md does its sums with these
  EXPECT_FALSE(defaults.enabled);
  EXPECT_FALSE(defaults.allow_cleartext);
  EXPECT_FALSE(defaults.without_user_name);
  EXPECT_EQ(defaults.digits, 10);
  EXPECT_EQ(defaults.attempts, 3);
  EXPECT_EQ(defaults.lifetime, seconds(300));
  EXPECT_EQ(defaults.minted_per_user.count, 5);
  EXPECT_EQ(defaults.failures_per_source.count, 30);
  EXPECT_EQ(defaults.failures_per_realm.count, 300);
  EXPECT_EQ(defaults.device_lifetime, seconds(12 * 3600));
}

TEST_F(AccessCode, C01_CodesAreShownInGroups) {
  EXPECT_EQ(grouped_code("0194507302"), "019-450-7302");
  EXPECT_EQ(grouped_code("01945073"), "0194-5073");
  EXPECT_EQ(grouped_code("019450730"), "019-450-730");
  EXPECT_EQ(grouped_code("019450730211"), "0194-5073-0211");
}

TEST_F(AccessCode, C05_WhatAPhoneMayGiveAsItsName) {
  const auto names = phone_names_of(bob);
  for (const auto* name : {"bob", "bob@ims.example", "+15550100002", "15550100002"}) {
    EXPECT_THAT(names, Contains(name));
  }
  EXPECT_EQ(names.size(), 4U);
}

TEST_F(AccessCode, C05_TheTestVectorsOfTheExchange) {
  DigestProof proof{DigestAlgorithm::md5,
                    "5f1c9a7d3b2e4f60",
                    "00000001",
                    "0a4f113b",
                    "sip:ims.example.com",
                    "REGISTER",
                    "7059759f9deb837db772accc42ca332c"};
  const auto ha1 = [](DigestAlgorithm algorithm) {
    return ha1_of(algorithm, "2001", "ims.example.com", "0194507302");
  };
  EXPECT_EQ(ha1(DigestAlgorithm::md5), "6bb9236593532c2d60a4dbd6e189fd90");
  EXPECT_TRUE(proves(proof, ha1(DigestAlgorithm::md5)));
  proof.algorithm = DigestAlgorithm::sha256;
  proof.response = "2C166DD4228742AB85D7EB3FA6AAF6B9A065F5EB1C8F5D195D2DF3D4D5AB21B5";
  EXPECT_EQ(ha1(DigestAlgorithm::sha256),
            "162ca6f7fac5899d29f916f276f8df5ebf7c14452e5bca5b6ed8aee1c435fbb2");
  EXPECT_TRUE(proves(proof, ha1(DigestAlgorithm::sha256)));
  EXPECT_FALSE(proves(proof, ha1(DigestAlgorithm::sha512_256)));
}

TEST_F(AccessCode, C09_NothingOfTheCodeStandsInTheStore) {
  const std::string code = mint(bob);
  ASSERT_EQ(code.size(), 10U);
  const auto secrets = store.device_secrets_of_name("bob", 10);
  ASSERT_EQ(secrets.size(), 1U);
  const DeviceSecret& secret = secrets.front();
  for (const auto& column :
       {secret.code_digest, secret.ha1_md5, secret.ha1_sha256, secret.ha1_sha512_256}) {
    EXPECT_THAT(column, Not(HasSubstr(code)));
    EXPECT_THAT(column, Not(HasSubstr(ha1_of(DigestAlgorithm::md5, "bob", "ims.example", code))));
  }
  EXPECT_NE(secret.code_digest, store.device_secrets_of_name("bob@ims.example", 1)[0].code_digest);
}

TEST_F(AccessCode, C09_WhatIsSealedOpensOnlyWithItsKeyAtItsPlace) {
  const SecretBox box(std::string(32, 'k'));
  const std::string sealed = box.seal(random, "here", "ha1");
  EXPECT_EQ(box.open("here", sealed).value(), "ha1");
  EXPECT_FALSE(box.open("there", sealed));
  EXPECT_FALSE(SecretBox(std::string(32, 'x')).open("here", sealed));
  std::string changed = sealed;
  changed[20] = changed[20] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(box.open("here", changed));
  for (const auto* bad : {"", "AAAA", "=", "%"}) EXPECT_FALSE(box.open("here", bad));
  EXPECT_NE(box.seal(random, "here", "ha1"), sealed) << "a nonce was used twice";
}

TEST_F(AccessCode, C02_OneLiveCodeAUser) {
  const std::string first = mint(bob);
  const std::string second = mint(bob);
  EXPECT_EQ(outcome(digest_fields("bob", first)), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", second)), "ok");
}

TEST_F(AccessCode, C04_CodesPerHourAreLimited) {
  settings.devices.access_codes.minted_per_user = {5, seconds(3600)};
  context_.emplace(settings, store, keys, random, Assets{}, "", metrics);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(mint(bob).size(), 10U);
  EXPECT_EQ(mint(bob), "temporarily_unavailable");
  EXPECT_EQ(mint(user).size(), 10U) << "another user is not held up";
  now += seconds(721);
  EXPECT_EQ(mint(bob).size(), 10U);
}

TEST_F(AccessCode, C12_PhonesOfAUserAreLimited) {
  settings.devices.access_codes.devices_per_user = 2;
  for (const auto* device : {"a", "b"})
    EXPECT_EQ(outcome(digest_fields("bob", mint(bob), device)), "ok");
  EXPECT_EQ(mint(bob), "access_denied");
  const auto phones = signed_in_phones(store, bob.id, now);
  ASSERT_EQ(phones.size(), 2U);
  EXPECT_TRUE(sign_out_phone(grants(), bob.id, phones[0].id, now));
  EXPECT_EQ(mint(bob).size(), 10U);
}

}  // namespace
}  // namespace waf
