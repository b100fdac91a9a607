// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/federated_account.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"
#include "waf/federation/errc.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::federation {
namespace {

using testing::ElementsAre;

class FederatedAccountTest : public testing::Test {
 protected:
  common::Result<User> account() { return account_of(vouched, store, settings, random, now); }

  io::SqliteStore store{":memory:"};
  Settings settings;
  test::SeededRandom random;
  SystemTime now = common::system_time(1'700'000'000);
  VouchedUser vouched{
      "corp",
      "https://login.corp.example",
      "erin-1",
      true,
      {"erin@ims.example", {"sip:erin@ims.example"}, "Erin", {"sip.register", "sip.call"}, {}}};
};

TEST_F(FederatedAccountTest, E03_TheFirstLoginMakesAnAccountAndTheNextFindsIt) {
  const auto first = account();
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(first->name, "corp:erin@ims.example");
  EXPECT_EQ(first->impi, "erin@ims.example");
  EXPECT_TRUE(first->password_hash.empty());
  now += seconds(60);
  const auto second = account();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, first->id);
  const auto link = store.find_identity("https://login.corp.example", "erin-1");
  EXPECT_EQ(link->last_login, now);
  EXPECT_EQ(store.users().size(), 1U);
}

TEST_F(FederatedAccountTest, E03_TheSameSubjectOfAnotherIssuerIsSomebodyElse) {
  ASSERT_TRUE(account());
  vouched.issuer = "https://login.other.example";
  vouched.source = "other";
  EXPECT_TRUE(account().error() == Errc::identity_taken);
  vouched.identity.impi = "erin2@ims.example";
  vouched.identity.impus = {"sip:erin2@ims.example"};
  ASSERT_TRUE(account());
  EXPECT_EQ(store.users().size(), 2U);
}

TEST_F(FederatedAccountTest, E04_CollisionsFailClosed) {
  User local;
  local.id = "u-1";
  local.name = "erin";
  local.impi = "e@ims.example";
  local.impus = {"sip:e@ims.example", "sip:erin@ims.example"};
  store.put_user(local);
  EXPECT_TRUE(account().error() == Errc::identity_taken);
  EXPECT_FALSE(store.find_identity("https://login.corp.example", "erin-1"));
  EXPECT_EQ(store.users().size(), 1U);
}

TEST_F(FederatedAccountTest, AccountsAreMadeOnlyWhereThatIsConfigured) {
  vouched.jit = false;
  EXPECT_TRUE(account().error() == Errc::no_account);
  User known;
  known.id = "u-1";
  known.name = "corp:erin";
  known.impi = "erin@ims.example";
  known.impus = {"sip:erin@ims.example"};
  store.put_user(known);
  store.put_identity({vouched.issuer, vouched.subject, "u-1", now, now});
  EXPECT_EQ(account()->id, "u-1");
}

TEST_F(FederatedAccountTest, EveryLoginBringsTheAccountUpToDate) {
  const auto first = account();
  now += seconds(60);
  vouched.identity.display_name = "Erin E.";
  EXPECT_EQ(account()->display_name, "Erin E.");
  EXPECT_FALSE(store.revoked_at(Revocation::Type::user, first->id));
  vouched.identity.impus = {"sip:erin.e@ims.example"};
  EXPECT_THAT(account()->impus, ElementsAre("sip:erin.e@ims.example"));
  EXPECT_TRUE(store.revoked_at(Revocation::Type::user, first->id));
}

TEST_F(FederatedAccountTest, ScopesThatAGroupGaveAreTakenBackWithIt) {
  const auto first = account();
  now += seconds(60);
  vouched.identity.scopes = {"sip.register"};
  EXPECT_THAT(*account()->scopes, ElementsAre("sip.register"));
  EXPECT_EQ(store.revoked_at(Revocation::Type::user, first->id), now);
}

TEST_F(FederatedAccountTest, ADisabledAccountStaysDisabled) {
  auto user = account().value();
  user.enabled = false;
  store.put_user(user);
  EXPECT_TRUE(account().error() == Errc::account_disabled);
}

TEST_F(FederatedAccountTest, Attack57_LogoutIdsAreTakenOnce) {
  EXPECT_TRUE(store.note_once("logout:corp", "j-1", now + seconds(60)));
  EXPECT_FALSE(store.note_once("logout:corp", "j-1", now + seconds(60)));
  EXPECT_TRUE(store.note_once("logout:other", "j-1", now + seconds(60)));
  store.sweep(now + seconds(61), 100);
  EXPECT_TRUE(store.note_once("logout:corp", "j-1", now + seconds(120)));
}

TEST_F(FederatedAccountTest, Attack38_AStateIsTakenOnce) {
  store.put_upstream_login({"d", "corp", "b", "n", "v", "{}", -1, false, now, now});
  EXPECT_EQ(store.upstream_logins(), 1U);
  EXPECT_EQ(store.take_upstream_login("d")->verifier, "v");
  EXPECT_FALSE(store.take_upstream_login("d"));
  EXPECT_EQ(store.upstream_logins(), 0U);
}

}  // namespace
}  // namespace waf::federation
