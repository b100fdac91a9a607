// SPDX-License-Identifier: Apache-2.0
#include "waf/directory/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "waf/directory/entry.hpp"
#include "waf/directory/filter.hpp"
#include "waf/directory/outcome.hpp"
#include "waf/directory/realm.hpp"

namespace waf::directory {
namespace {

using testing::ElementsAre;
using Outcome = DirectoryVerdict::Outcome;

TEST(FilterTest, E05_Attack55_ValuesCannotLeaveTheirPlace) {
  EXPECT_EQ(escape_filter_value("*)(uid=*"), "\\2a\\29\\28uid=\\2a");
  EXPECT_EQ(escape_filter_value("a\\b"), "a\\5cb");
  EXPECT_EQ(escape_filter_value(std::string_view("a\0b", 3)), "a\\00b");
  EXPECT_EQ(escape_filter_value("\xc3\xa9 "), "\\c3\\a9\\20");
  EXPECT_EQ(fill_filter("(|(uid={user})(mail={user}))", "{user}", "x*"),
            "(|(uid=x\\2a)(mail=x\\2a))");
  // A value that looks like a placeholder is not filled in again.
  EXPECT_EQ(fill_filter("(uid={user})", "{user}", "{user}"), "(uid={user})");
}

TEST(FilterTest, FirstRdn) {
  EXPECT_EQ(first_rdn_value("cn=staff,ou=groups,dc=corp"), "staff");
  EXPECT_EQ(first_rdn_value("cn=a\\2cb,dc=corp"), "a,b");
  EXPECT_EQ(first_rdn_value("cn=a\\,b+x=y,dc=corp"), "a,b");
  EXPECT_EQ(first_rdn_value("no dn"), std::nullopt);
}

TEST(OutcomeTest, E05_ActiveDirectorySaysWhy) {
  const auto why = [](const char* code) {
    return outcome_of_bind(49, std::string("80090308: LdapErr: DSID-0C0903A9, comment: "
                                           "AcceptSecurityContext error, data ") +
                                   code + ", v1db1");
  };
  EXPECT_EQ(why("525").refusal, Refusal::no_such_user);
  EXPECT_EQ(why("52e").refusal, Refusal::wrong_password);
  EXPECT_EQ(why("530").refusal, Refusal::not_now);
  EXPECT_EQ(why("532").refusal, Refusal::expired);
  EXPECT_EQ(why("773").refusal, Refusal::expired);
  EXPECT_EQ(why("533").refusal, Refusal::account_disabled);
  EXPECT_EQ(why("701").refusal, Refusal::account_expired);
  EXPECT_EQ(why("775").refusal, Refusal::locked);
  EXPECT_EQ(why("999").refusal, Refusal::wrong_password);
  for (const auto* code : {"525", "52e", "775"}) EXPECT_EQ(why(code).outcome, Outcome::refused);
  EXPECT_EQ(outcome_of_bind(49, "").refusal, Refusal::wrong_password);
}

TEST(OutcomeTest, WhatSaysNothingAboutThePasswordIsUnavailable) {
  // busy, unavailable, time limit, server down, time-out, connect error, referral, confidentiality
  for (const int code : {51, 52, 3, -1, -5, -11, 10, 13, 80}) {
    EXPECT_EQ(outcome_of_bind(code, "").outcome, Outcome::unavailable) << code;
  }
  EXPECT_EQ(outcome_of_bind(0, "").outcome, Outcome::accepted);
}

TEST(OutcomeTest, StableKeysAsText) {
  std::string guid;
  for (int i = 0; i < 16; ++i) guid += static_cast<char>(i);
  EXPECT_EQ(key_text("objectGUID", guid), "03020100-0504-0706-0809-0a0b0c0d0e0f");
  EXPECT_EQ(key_text("entryUUID", "6f1c-1"), "6f1c-1");
  EXPECT_EQ(key_text("octets", std::string_view("\x01\x02", 2)), "0102");
}

class RealmTest : public testing::Test {
 protected:
  RealmTest() {
    directories[0].name = "corp";
    directories[0].realms = {"corp.example", "CORP"};
    directories[1].name = "open";
  }
  std::string at(std::string_view typed) {
    const auto match = find_realm(directories, typed);
    return match ? match->directory->name + "/" + match->user_name : "";
  }
  std::vector<Directory> directories{2};
};

TEST_F(RealmTest, TheNameSaysWhichDirectory) {
  EXPECT_EQ(at("frank@corp.example"), "corp/frank");
  EXPECT_EQ(at("frank@CORP.Example"), "corp/frank");
  EXPECT_EQ(at("corp\\frank"), "corp/frank");
  EXPECT_EQ(at("frank"), "open/frank");
  EXPECT_EQ(at("frank@other.example"), "open/frank@other.example");
  EXPECT_EQ(at("OTHER\\frank"), "");
  EXPECT_EQ(at("@corp.example"), "open/@corp.example");
  EXPECT_EQ(at(""), "");
  directories.pop_back();
  EXPECT_EQ(at("frank"), "");
}

TEST(EntryTest, AttributesAndGroupsBecomeClaims) {
  Directory directory;
  directory.mapping.claims = {"uid", "telephoneNumber", "groups", "dn"};
  directory.group_base_dn = "ou=Groups,dc=corp";
  const Entry entry{"uid=frank,dc=corp",
                    {{"UID", {"frank"}},
                     {"telephonenumber", {"+1 555"}},
                     {"entryUUID", {"u-u-i-d"}},
                     {"photo", {"\xff\xfe"}},
                     {"memberOf", {"cn=staff,ou=groups,dc=corp", "cn=admins,ou=evil,dc=corp"}}}};
  const auto claims =
      claims_of(directory, entry, {{"cn=ops,ou=groups,dc=corp", {{"cn", {"ops"}}}}});
  EXPECT_THAT(claims.at("uid"), ElementsAre("frank"));
  EXPECT_THAT(claims.at("telephoneNumber"), ElementsAre("+1 555"));
  EXPECT_THAT(claims.at("dn"), ElementsAre("uid=frank,dc=corp"));
  EXPECT_THAT(claims.at("groups"), ElementsAre("staff", "cn=staff,ou=groups,dc=corp", "ops",
                                               "cn=ops,ou=groups,dc=corp"));
  EXPECT_FALSE(claims.contains("photo"));
  EXPECT_EQ(key_of(directory, entry), "u-u-i-d");
  EXPECT_EQ(key_of(directory, {}), "");
  EXPECT_THAT(wanted_attributes(directory),
              ElementsAre("entryUUID", "memberOf", "uid", "telephoneNumber"));
}

}  // namespace
}  // namespace waf::directory
