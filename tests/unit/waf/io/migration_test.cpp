// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_schema.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

using testing::ElementsAre;

class StoreMigration : public testing::Test {
 protected:
  StoreMigration() {
    std::string name = testing::TempDir() + "waf-store-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~StoreMigration() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path file() const { return folder_ / "waf.db"; }

  void write_version_1() const {
    std::ifstream in(TEST_DATA_DIR "/store/version1.sql");
    std::ostringstream sql;
    sql << in.rdbuf();
    Sqlite(file(), false).execute(sql.str().c_str());
  }

  std::filesystem::path folder_;
};

TEST_F(StoreMigration, A08_FirstVersionKeepsAllItHeld) {
  write_version_1();
  SqliteStore store(file(), false);
  const auto user = store.find_user_by_name("alice");
  ASSERT_TRUE(user);
  EXPECT_THAT(user->impus, ElementsAre("sip:alice@ims.example"));
  EXPECT_TRUE(user->enabled);
  const auto client = store.find_client("demo");
  ASSERT_TRUE(client);
  EXPECT_THAT(client->scopes, ElementsAre("openid", "offline_access"));
  EXPECT_TRUE(client->enabled);
  EXPECT_EQ(store.find_session("session-digest")->sid, "s-1");
  EXPECT_TRUE(store.find_code("code-digest")->used) << "a used code would be usable again";
  EXPECT_EQ(store.find_grant("g-1")->sid, "s-1");
  EXPECT_TRUE(store.find_refresh_token("used-digest")->rotated_at);
  EXPECT_EQ(store.find_refresh_token("used-digest")->successor, "live-digest");
  EXPECT_FALSE(store.find_refresh_token("live-digest")->rotated_at);
  EXPECT_TRUE(store.revoked_at(Revocation::Type::grant, "g-0"));
  EXPECT_EQ(store.login_failures("alice").count, 3);
  EXPECT_EQ(store.keys().at(0).kid, "20231114-aabbccdd");
  EXPECT_EQ(store.shared_secret("form-and-refresh", "fresh"), "c2VjcmV0LW9mLXRoZS1kZXBsb3ltZW50");
}

TEST_F(StoreMigration, HappensOnceAndGivesTheSchemaOfANewFile) {
  write_version_1();
  { const SqliteStore store(file(), false); }
  Sqlite migrated(file(), false);
  Sqlite fresh(":memory:", false);
  fresh.execute(sqlite_schema);
  const auto schema = [](Sqlite& database) {
    std::vector<std::string> out;
    auto row = database.query(
        "SELECT type || name || coalesce(sql, '') FROM sqlite_master "
        "ORDER BY type, name");
    while (row.step()) out.push_back(row.text(0));
    auto version = database.query("PRAGMA user_version");
    EXPECT_TRUE(version.step());
    out.push_back(version.text(0));
    return out;
  };
  EXPECT_EQ(schema(migrated), schema(fresh));
  const SqliteStore again(file(), false);
}

TEST_F(StoreMigration, NewColumnsTakeTheirDefault) {
  Sqlite(file(), false)
      .execute(
          "CREATE TABLE secrets (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;"
          "INSERT INTO secrets VALUES ('old'); PRAGMA user_version = 1;");
  SqliteStore store(file(), false);
  EXPECT_EQ(store.shared_secret("old", "fresh"), "") << "no declared default: empty text";
}

TEST(ListColumns, RoundTripWhateverTheTextsHold) {
  for (const std::vector<std::string>& list : {std::vector<std::string>{},
                                               {"one"},
                                               {"a", "b", "c"},
                                               {""},
                                               {"", ""},
                                               {"quote \" and \\"},
                                               {"comma \",\" inside", "x"},
                                               {"\n", "ä"}}) {
    EXPECT_EQ(to_list(to_column(list)), list);
  }
  EXPECT_EQ(to_list(R"([ "a", "b" ])"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(to_list(""), std::vector<std::string>{});
  for (const std::string wrong : {"[\"a\"", "{}", "[1]", "[\"a\"x\"b\"]"}) {
    EXPECT_THROW((void)to_list(wrong), StoreError) << wrong;
  }
}

TEST_F(StoreMigration, LaterVersionIsRefused) {
  Sqlite(file(), false).execute("PRAGMA user_version = 999");
  EXPECT_THROW(SqliteStore(file(), false), StoreError);
}

}  // namespace
}  // namespace waf::io
