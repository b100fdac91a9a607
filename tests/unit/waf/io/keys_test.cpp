// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/jose/access_token.hpp"
#include "common/jose/jws.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/test_certificate.hpp"
#include "waf/io/key_store.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

using common::jose::Algorithm;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr SystemTime t0 = common::system_time(1'700'000'000);
constexpr const char* softhsm = "/usr/lib/softhsm/libsofthsm2.so";

class SigningKeys : public testing::Test {
 protected:
  KeyOptions options(std::vector<Algorithm> algorithms = {Algorithm::es256}) const {
    KeyOptions out;
    out.folder = folder_.path() / "keys";
    out.algorithms = std::move(algorithms);
    return out;
  }
  std::string file_text(const std::string& kid) const {
    std::ifstream in(folder_.path() / "keys" / (kid + ".pem"));
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  /// Every kind of token, checked against what is published.
  static void expect_signs(KeyRing& ring, Algorithm algorithm) {
    const std::string token = ring.sign_id_token(R"({"sub":"u"})", algorithm);
    const auto keys = common::jose::KeySet::parse(ring.jwks()).value();
    const auto jws =
        common::jose::verify_jws(token, keys, {.types = {"JWT"}, .algorithms = {algorithm}});
    ASSERT_TRUE(jws) << name_of(algorithm) << ": " << jws.error().message();
    EXPECT_EQ(jws->payload, R"({"sub":"u"})");
  }

  test::TemporaryFolder folder_;
  SqliteStore store_{":memory:"};
  test::SeededRandom random_{1};
  Settings settings_;
};

TEST_F(SigningKeys, A13_SeveralAlgorithmsStandSideBySide) {
  KeyStore keys(store_, options({Algorithm::es256, Algorithm::rs256, Algorithm::eddsa}));
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  EXPECT_THAT(ring.algorithms(), ElementsAre(Algorithm::es256, Algorithm::rs256, Algorithm::eddsa));
  for (const auto algorithm : ring.algorithms()) expect_signs(ring, algorithm);
  EXPECT_THAT(ring.jwks(), Not(HasSubstr("\"d\""))) << "a private member is published";
  expect_signs(ring, Algorithm::es256);
}

TEST_F(SigningKeys, A13_AnUnknownAlgorithmFallsBackToTheDefault) {
  KeyStore keys(store_, options());
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  const std::string token = ring.sign_id_token("{}", Algorithm::rs256);
  EXPECT_TRUE(common::jose::verify_jws(token, ring.published(), {.types = {"JWT"}}));
}

TEST_F(SigningKeys, J14_FilesAreEncryptedWithThePassphrase) {
  KeyOptions encrypted = options({Algorithm::es256, Algorithm::eddsa});
  encrypted.passphrase = "correct horse";
  KeyStore keys(store_, encrypted);
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  expect_signs(ring, Algorithm::eddsa);
  EXPECT_THAT(file_text(ring.active_kid()), HasSubstr("BEGIN ENCRYPTED PRIVATE KEY"));
  KeyStore again(store_, encrypted);
  EXPECT_EQ(again.load(t0).size(), 2U);
  KeyStore without(store_, options());
  EXPECT_THROW((void)without.load(t0), std::runtime_error);
  encrypted.passphrase = "wrong";
  KeyStore wrong(store_, encrypted);
  EXPECT_THROW((void)wrong.load(t0), std::runtime_error);
}

TEST_F(SigningKeys, J14_APlainFileIsRefusedWhereOnesAreToBeEncrypted) {
  KeyStore plain(store_, options());
  (void)plain.load_or_create(random_, t0);
  KeyOptions encrypted = options();
  encrypted.passphrase = "correct horse";
  KeyStore keys(store_, encrypted);
  EXPECT_THROW((void)keys.load(t0), std::runtime_error);
}

TEST_F(SigningKeys, J14_RotationOverlapsWithinItsAlgorithmOnly) {
  KeyStore keys(store_, options({Algorithm::es256, Algorithm::eddsa}));
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  const std::string first = ring.active_kid();
  const KeyRecord fresh = keys.rotate(settings_, Algorithm::es256, random_, t0);
  ring.replace(keys.load(t0), t0);
  EXPECT_EQ(ring.published().size(), 3U) << "published before it signs";
  EXPECT_EQ(ring.active_kid(), first);
  ring.handle_timeout(t0 + seconds(600));
  EXPECT_EQ(ring.active_kid(), fresh.kid);
  EXPECT_EQ(ring.published().size(), 3U) << "the former one's tokens are still alive";
  ring.handle_timeout(t0 + seconds(600 + 3600 + 61));
  EXPECT_EQ(ring.published().size(), 2U);
  expect_signs(ring, Algorithm::eddsa);
}

TEST_F(SigningKeys, J14_TheScheduleFollowsTheNewestKey) {
  KeyOptions scheduled = options();
  scheduled.rotate_every = seconds(86400);
  KeyStore keys(store_, scheduled);
  (void)keys.load_or_create(random_, t0);
  EXPECT_THAT(keys.due(t0 + seconds(86399)), ElementsAre());
  EXPECT_THAT(keys.due(t0 + seconds(86400)), ElementsAre(Algorithm::es256));
  keys.rotate(settings_, Algorithm::es256, random_, t0 + seconds(86400));
  EXPECT_THAT(keys.due(t0 + seconds(86401)), ElementsAre()) << "the new one is still to come";
  KeyStore by_hand(store_, options());
  EXPECT_THAT(by_hand.due(t0 + seconds(1 << 30)), ElementsAre());
}

TEST_F(SigningKeys, J14_ARetiredKeySignsNoMoreAndStaysForItsTokens) {
  KeyStore keys(store_, options());
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  const std::string first = ring.active_kid();
  EXPECT_THROW(keys.retire(first, settings_, t0), std::runtime_error) << "nobody would sign";
  const KeyRecord fresh = keys.rotate(settings_, Algorithm::es256, random_, t0);
  EXPECT_THROW(keys.retire(first, settings_, t0), std::runtime_error) << "the new one is to come";
  const SystemTime later = t0 + seconds(700);
  keys.retire(fresh.kid, settings_, later);
  ring.replace(keys.load(later), later);
  EXPECT_EQ(ring.active_kid(), first);
  EXPECT_NE(ring.published().find(fresh.kid), nullptr);
  EXPECT_THROW(keys.retire("unknown", settings_, later), std::runtime_error);
}

TEST_F(SigningKeys, J14_ADroppedKeyIsGoneWithItsFile) {
  KeyStore keys(store_, options());
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  const std::string first = ring.active_kid();
  keys.drop(first, random_, t0);
  ring.replace(keys.load(t0), t0);
  EXPECT_EQ(ring.published().find(first), nullptr);
  EXPECT_NE(ring.active_kid(), first);
  EXPECT_EQ(file_text(first), "");
}

TEST_F(SigningKeys, J14_KeysLiveInATokenOfPkcs11) {
  if (!std::filesystem::exists(softhsm)) GTEST_SKIP() << "softhsm2 is not installed";
  const auto tokens = folder_.path() / "tokens";
  std::filesystem::create_directory(tokens);
  std::ofstream(folder_.path() / "softhsm.conf") << "directories.tokendir = " << tokens.string();
  ::setenv("SOFTHSM2_CONF", (folder_.path() / "softhsm.conf").c_str(), 1);
  ASSERT_EQ(std::system("softhsm2-util --init-token --free --label waf --so-pin 1234 --pin 4321 "
                        ">/dev/null"),
            0);
  KeyOptions in_token = options({Algorithm::es256, Algorithm::rs256});
  in_token.token = common::io::Pkcs11Options{softhsm, "waf", "4321"};
  KeyStore keys(store_, in_token);
  KeyRing ring(keys.load_or_create(random_, t0), t0);
  expect_signs(ring, Algorithm::es256);
  expect_signs(ring, Algorithm::rs256);
  EXPECT_FALSE(std::filesystem::exists(in_token.folder)) << "a key was written to a file";
  KeyStore again(store_, in_token);
  EXPECT_EQ(again.load(t0).size(), 2U);
  const std::string first = ring.active_kid();
  again.drop(first, random_, t0);
  ring.replace(again.load(t0), t0);
  EXPECT_NE(ring.active_kid(), first);
  expect_signs(ring, Algorithm::es256);
  in_token.token->pin = "0000";
  in_token.token->token = "another";
  EXPECT_THROW(KeyStore(store_, in_token), std::runtime_error);
}

}  // namespace
}  // namespace waf::io
