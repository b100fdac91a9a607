// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/resource.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_certificate.hpp"
#include "waf/io/outbox.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

constexpr SystemTime t0 = common::system_time(1'700'000'000);

User user_named(const std::string& name) {
  User out;
  out.id = "u-" + name;
  out.name = name;
  out.impi = name + "@ims.example";
  return out;
}

Grant grant_of(const std::string& id, std::string padding = {}) {
  Grant out;
  out.id = id;
  out.client_id = "demo";
  out.user_id = "u-alice";
  out.sid = std::move(padding);
  out.expires_at = t0;
  return out;
}

class GroupCommit : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "waf.db";
  SqliteStore store_{file_, false};
  SqliteStore other_{file_, false};  // as the command line would
};

TEST_F(GroupCommit, A34_NothingIsSeenByOthersBeforeTheEnd) {
  store_.begin_batch();
  store_.atomically([&] { store_.put_grant(grant_of("g-1")); });
  store_.put_grant(grant_of("g-2"));
  EXPECT_TRUE(store_.find_grant("g-1"));
  EXPECT_FALSE(other_.find_grant("g-1"));
  store_.end_batch();
  EXPECT_TRUE(other_.find_grant("g-1"));
  EXPECT_TRUE(other_.find_grant("g-2"));
}

TEST_F(GroupCommit, A34_OneFailedRequestTakesNoOtherWithIt) {
  store_.begin_batch();
  store_.atomically([&] { store_.put_grant(grant_of("g-1")); });
  EXPECT_THROW(store_.atomically([&] {
    store_.put_grant(grant_of("g-2"));
    throw StoreError("a request's own failure");
  }),
               StoreError);
  store_.atomically([&] { store_.put_grant(grant_of("g-3")); });
  store_.end_batch();
  EXPECT_TRUE(other_.find_grant("g-1"));
  EXPECT_FALSE(other_.find_grant("g-2"));
  EXPECT_TRUE(other_.find_grant("g-3"));
}

TEST_F(GroupCommit, WhatTheCommandLineChangesIsSeenInTheNextBatch) {
  store_.put_user(user_named("alice"));
  store_.begin_batch();
  EXPECT_TRUE(store_.find_user("u-alice")->enabled);
  User disabled = user_named("alice");
  disabled.enabled = false;
  other_.put_user(disabled);
  store_.end_batch();
  store_.begin_batch();
  EXPECT_FALSE(store_.find_user("u-alice")->enabled);
  // And within a batch from the moment on that it writes.
  User again = user_named("alice");
  other_.put_user(again);
  store_.atomically([&] { EXPECT_TRUE(store_.find_user("u-alice")->enabled); });
  store_.end_batch();
}

TEST_F(GroupCommit, AnUndoneChangeIsNotRemembered) {
  store_.put_user(user_named("alice"));
  store_.begin_batch();
  EXPECT_ANY_THROW(store_.atomically([&] {
    User disabled = user_named("alice");
    disabled.enabled = false;
    store_.put_user(disabled);
    EXPECT_FALSE(store_.find_user("u-alice")->enabled);
    throw StoreError("undone");
  }));
  EXPECT_TRUE(store_.find_user("u-alice")->enabled);
  store_.end_batch();
}

TEST_F(GroupCommit, A08_AFullDiskLosesTheBatchAndNothingBeforeIt) {
  store_.put_grant(grant_of("g-before"));
  // No file may grow any more: what a full disk does, without filling one.
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit former{};
  ::getrlimit(RLIMIT_FSIZE, &former);
  rlimit tight = former;
  tight.rlim_cur = 200 * 1024;
  ::setrlimit(RLIMIT_FSIZE, &tight);
  store_.begin_batch();
  bool failed = false;
  try {
    for (int i = 0; i < 200; ++i) {
      store_.atomically(
          [&] { store_.put_grant(grant_of("g-" + std::to_string(i), std::string(4000, 'x'))); });
    }
    store_.end_batch();
  } catch (const StoreError&) {
    failed = true;
    store_.abandon_batch();
  }
  ::setrlimit(RLIMIT_FSIZE, &former);
  EXPECT_TRUE(failed);
  EXPECT_TRUE(store_.find_grant("g-before"));
  EXPECT_FALSE(store_.find_grant("g-1"));
  store_.begin_batch();
  store_.put_grant(grant_of("g-after"));
  store_.end_batch();
  EXPECT_TRUE(other_.find_grant("g-after")) << "room again: the store goes on";
}

TEST(Outbox, A08_ARefusedBatchAnswersEverybodyWithTheRefusal) {
  std::vector<unsigned> sent;
  int refused = 0;
  int started = 0;
  Outbox outbox;
  const auto fill = [&] {
    outbox.reply([&](common::HttpResponse response) { sent.push_back(response.status); }, {});
    outbox.then([&] { ++started; }, [&] { ++refused; });
  };
  fill();
  common::HttpResponse unavailable;
  unavailable.status = 503;
  outbox.refuse(unavailable);
  EXPECT_EQ(sent, std::vector<unsigned>{503});
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(started, 0);
  fill();
  outbox.release();
  EXPECT_EQ(sent, (std::vector<unsigned>{503, 200}));
  EXPECT_EQ(started, 1);
}

}  // namespace
}  // namespace waf::io
