// SPDX-License-Identifier: Apache-2.0
#include "common/config.hpp"

#include <gtest/gtest.h>

namespace common {
namespace {

using namespace std::chrono_literals;

std::string error_of(const std::string& text, auto read) {
  try {
    const ConfigTable table = ConfigTable::parse(text, "gateway.toml");
    read(table);
    table.reject_unknown();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(Config, ReadsEveryType) {
  const auto table = ConfigTable::parse(R"(
name = "x"
[media]
port = 3478
idle = "10s"
names = ["a", "b"]
lite = true
bind = "127.0.0.1:0"
)",
                                        "t");
  EXPECT_EQ(table.string("name"), "x");
  const auto media = table.table("media");
  EXPECT_EQ(media.integer("port", 1, 65535), 3478);
  EXPECT_EQ(media.duration("idle", 1s, 1h, 5s), 10s);
  EXPECT_EQ(media.strings("names").size(), 2U);
  EXPECT_TRUE(media.boolean("lite", false));
  EXPECT_EQ(media.endpoint("bind").port, 0);
  EXPECT_NO_THROW(table.reject_unknown());
}

TEST(Config, NamesFileLineKeyAndExpectation) {
  EXPECT_EQ(error_of("\n[media]\nport = \"x\"\n",
                     [](auto& t) { (void)t.table("media").integer("port", 1, 65535); }),
            "gateway.toml:3: key 'media.port': expected an integer from 1 to 65535");
  EXPECT_EQ(error_of("[media]\n", [](auto& t) { (void)t.table("media").string("bind"); }),
            "gateway.toml:1: key 'media.bind': missing; expected a string");
}

TEST(Config, RefusesUnknownKeysAndListsTheKnownOnes) {
  EXPECT_EQ(error_of("[media]\nprot = 1\n",
                     [](auto& t) { (void)t.table("media").integer("port", 1, 9, 5); }),
            "gateway.toml:2: key 'media.prot': unknown key; expected one of: port");
}

TEST(Config, ReadsListsOfIntegers) {
  const auto table = ConfigTable::parse("ports = [1, 9]", "t");
  EXPECT_EQ(table.integers("ports", 1, 9, {}), (std::vector<std::int64_t>{1, 9}));
  EXPECT_EQ(table.integers("cpus", 0, 9, {3}), (std::vector<std::int64_t>{3}));
  EXPECT_EQ(error_of("ports = [1, 10]\n", [](auto& t) { (void)t.integers("ports", 1, 9, {}); }),
            "gateway.toml:1: key 'ports': expected a list, each an integer from 1 to 9");
  EXPECT_EQ(error_of("ports = 1\n", [](auto& t) { (void)t.integers("ports", 1, 9, {}); }),
            "gateway.toml:1: key 'ports': expected a list, each an integer from 1 to 9");
}

TEST(Config, NamesTheLineOfASyntaxError) {
  EXPECT_NE(error_of("a = 1\nb = = 2\n", [](auto&) {}).find("gateway.toml:2"), std::string::npos);
}

TEST(Config, RefusesDurationsOutOfRangeOrWithoutUnit) {
  for (const char* bad : {"10", "\"10\"", "\"-1s\"", "\"2h\"", "\"1y\""}) {
    EXPECT_NE(error_of(std::string("idle = ") + bad,
                       [](auto& t) { (void)t.duration("idle", 1s, 1h, 5s); }),
              "")
        << bad;
  }
}

}  // namespace
}  // namespace common
