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

TEST(Config, NamesTheUnknownKeyBesideTheMissingOne) {
  const auto error = [](const std::string& text) -> std::string {
    try {
      (void)ConfigTable::parse(text, "waf.toml").read_all([](const ConfigTable& file) {
        const ConfigTable server = file.table("server");
        const std::string name = server.string("certificate");
        if (name.empty()) server.refuse("certificate", "empty");
        (void)server.path("private_key");
        (void)file.table("log").string("level", "info");
        return file.table("store").integer("size", 1, 9);
      });
    } catch (const ConfigError& problem) {
      return problem.what();
    }
    return "";
  };
  EXPECT_EQ(error("[server]\ncertificat = 'c'\nprivate_key = 'k'\n[store]\nsize = 1\n"),
            "waf.toml:1: key 'server.certificate': missing; expected a string; "
            "unknown key 'server.certificat' in line 2");
  // Every misspelt key is named; keys that were only not read yet are not.
  EXPECT_EQ(error("[server]\ncertificate = 'c'\nprivat_key = 'k'\n[store]\nsice = 1\n"),
            "waf.toml:1: key 'server.private_key': missing; expected a file path; "
            "unknown key 'server.privat_key' in line 3; unknown key 'store.sice' in line 5");
  EXPECT_EQ(error("[servr]\ncertificate = 'c'\nprivate_key = 'k'\n[store]\nsize = 1\n"),
            "waf.toml: key 'server.certificate': missing; expected a string; "
            "unknown key 'servr' in line 1");
  EXPECT_EQ(error("[server]\nprivate_key = 'k'\n[store]\nsize = 1\n"),
            "waf.toml:1: key 'server.certificate': missing; expected a string");
  EXPECT_EQ(error("[server]\ncertificate = 'c'\nprivate_key = 'k'\n[store]\nsize = 1\n"), "");
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
