// SPDX-License-Identifier: Apache-2.0
#include "waf/io/maintenance.hpp"

#include <sys/stat.h>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_certificate.hpp"
#include "waf/io/sqlite_store.hpp"
#include "waf/settings.hpp"

namespace waf::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr SystemTime t0 = common::system_time(1'700'000'000);

class StoreMaintenance : public testing::Test {
 protected:
  void SetUp() override {
    Grant grant;
    grant.id = "g-1";
    grant.expires_at = t0 + seconds(1 << 30);
    store_.put_grant(grant);
    store_.put_refresh_token({"first", "g-1", t0 + seconds(1 << 30), std::nullopt, ""});
    ASSERT_TRUE(store_.rotate_refresh_token(
        "first", {"second", "g-1", t0 + seconds(1 << 30), std::nullopt, ""}, t0));
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "waf.db";
  SqliteStore store_{file_, false};
};

TEST_F(StoreMaintenance, BackupIsWholeAndPrivateAndOverwritesNothing) {
  const auto copy = folder_.path() / "copy.db";
  store_.begin_batch();
  store_.put_refresh_token({"not yet", "g-1", t0, std::nullopt, ""});
  backup_store(file_, copy);  // beside a running server
  store_.end_batch();
  struct stat status {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  SqliteStore restored(copy, false);
  EXPECT_TRUE(restored.find_refresh_token("second"));
  EXPECT_FALSE(restored.find_refresh_token("not yet"));
  EXPECT_THAT(check_store(copy), ElementsAre());
  EXPECT_THROW(backup_store(file_, copy), StoreError);
  EXPECT_THROW(backup_store(folder_.path() / "none.db", folder_.path() / "x"), StoreError);
}

TEST_F(StoreMaintenance, A08_CheckFindsWhatALostWriteWouldLeave) {
  EXPECT_THAT(check_store(file_), ElementsAre());
  Sqlite damage(file_, false);
  damage.execute("DELETE FROM refresh_tokens WHERE digest = 'second'");
  EXPECT_THAT(check_store(file_), ElementsAre(HasSubstr("without a successor")));
  damage.execute("UPDATE refresh_tokens SET rotated_at = 0");
  EXPECT_THAT(check_store(file_), ElementsAre(HasSubstr("with a successor")));
  damage.execute("UPDATE refresh_tokens SET successor = ''");
  damage.execute("INSERT INTO refresh_tokens VALUES ('third', 'g-1', 4000000000, 0, '')");
  EXPECT_THAT(check_store(file_), ElementsAre(HasSubstr("more than one unused")));
  damage.execute("DELETE FROM grants");
  EXPECT_THAT(check_store(file_), ElementsAre(HasSubstr("2 refresh tokens without their grant")));
}

TEST_F(StoreMaintenance, CheckReadsEveryPage) {
  store_.sweep(t0, 1);
  const auto copy = folder_.path() / "broken.db";
  backup_store(file_, copy);
  {
    std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 3);
    file << std::string(4096, '\xff');
  }
  bool found = false;
  try {
    found = !check_store(copy).empty();
  } catch (const StoreError&) {
    found = true;
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace waf::io
