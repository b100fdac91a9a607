// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "waf/federation/errc.hpp"

namespace waf::federation {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

ClaimTemplate parsed(std::string_view text) { return ClaimTemplate::parse(text).value(); }

Mapping make_mapping() {
  Mapping out;
  out.claims = {"preferred_username", "phone_number", "name", "groups", "email"};
  out.impi = parsed("{preferred_username|lower}@ims.example");
  out.impus = {parsed("sip:{preferred_username|lower}@ims.example")};
  out.optional_impus = {parsed("tel:+{phone_number|digits}")};
  out.display_name = parsed("{name}");
  out.domains = {"ims.example"};
  out.groups_claim = "groups";
  out.scopes = {"sip.register"};
  out.scope_rules = {{"callers", {"sip.call"}}, {"writers", {"sip.message", "sip.call"}}};
  return out;
}

Claims make_claims() {
  return {{"preferred_username", {"Erin"}},
          {"phone_number", {"+1 (555) 010-005"}},
          {"name", {"Erin Example"}},
          {"groups", {"callers", "others"}}};
}

TEST(MappingTest, E04_ClaimsBecomeAnIdentity) {
  const auto out = map_identity(make_mapping(), make_claims());
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(out->impi, "erin@ims.example");
  EXPECT_THAT(out->impus, ElementsAre("sip:erin@ims.example", "tel:+1555010005"));
  EXPECT_EQ(out->display_name, "Erin Example");
  EXPECT_THAT(out->scopes, ElementsAre("sip.register", "sip.call"));
}

TEST(MappingTest, E04_AMissingClaimFailsClosed) {
  for (const auto* name : {"preferred_username"}) {
    Claims claims = make_claims();
    claims.erase(name);
    const auto out = map_identity(make_mapping(), claims);
    ASSERT_FALSE(out);
    EXPECT_TRUE(out.error() == Errc::missing_claim);
    EXPECT_EQ(out.error().detail, name);
  }
  Claims two = make_claims();
  two["preferred_username"].push_back("mallory");
  EXPECT_TRUE(map_identity(make_mapping(), two).error() == Errc::missing_claim);
}

TEST(MappingTest, E04_OptionalIdentitiesAreLeftOutWithAReason) {
  Claims claims = make_claims();
  claims.erase("phone_number");
  const auto out = map_identity(make_mapping(), claims);
  ASSERT_TRUE(out);
  EXPECT_THAT(out->impus, ElementsAre("sip:erin@ims.example"));
  EXPECT_THAT(out->skipped, ElementsAre(HasSubstr("phone_number")));
}

TEST(MappingTest, E04_ClaimsThatAreNotListedAreNotSeen) {
  Mapping mapping = make_mapping();
  mapping.claims = {"phone_number"};
  EXPECT_TRUE(map_identity(mapping, make_claims()).error() == Errc::missing_claim);
  EXPECT_THAT(unlisted_claims(mapping),
              UnorderedElementsAre("preferred_username", "name", "groups"));
}

TEST(MappingTest, E04_ResultsAreHeldToServedDomainsAndPlainSyntax) {
  for (const auto* name :
       {"erin@evil.example", "erin@ims.example@evil.example", "erin;x=y", "erin>", "er in",
        "erin%40evil", "sip:erin", "erin\r\nX: y", "erin\"", "\xc3\xa9rin", "erin?a=b"}) {
    Claims claims = make_claims();
    claims["preferred_username"] = {name};
    const auto out = map_identity(make_mapping(), claims);
    ASSERT_FALSE(out) << name;
    EXPECT_TRUE(out.error() == Errc::malformed_identity || out.error() == Errc::unserved_domain)
        << name;
  }
  Mapping foreign = make_mapping();
  foreign.domains = {"other.example"};
  EXPECT_TRUE(map_identity(foreign, make_claims()).error() == Errc::unserved_domain);
  Claims short_number = make_claims();
  short_number["phone_number"] = {"12"};
  EXPECT_TRUE(map_identity(make_mapping(), short_number).error() == Errc::malformed_identity);
}

TEST(MappingTest, E04_PatternsExtractAndFilter) {
  Mapping mapping = make_mapping();
  mapping.extractions.push_back(
      {"user", "email", "([a-z]+)@corp\\.example", std::regex("([a-z]+)@corp\\.example"), "$1"});
  mapping.impi = parsed("{user}@ims.example");
  Claims claims = make_claims();
  claims["email"] = {"frank@corp.example"};
  EXPECT_EQ(map_identity(mapping, claims)->impi, "frank@ims.example");
  for (const auto* email : {"frank@corp.example.evil", "x@corp1example", "frank@corp.example\n"}) {
    claims["email"] = {email};
    EXPECT_TRUE(map_identity(mapping, claims).error() == Errc::filtered_claim) << email;
  }
  claims["email"] = {std::string(10'000, 'a') + "@corp.example"};  // and no stack is exhausted
  EXPECT_TRUE(map_identity(mapping, claims).error() == Errc::filtered_claim);
}

TEST(MappingTest, E04_ATableGivesWhatClaimsDoNot) {
  Mapping mapping = make_mapping();
  auto rows = parse_identity_table(
      "# key, impi, impus\nE-17, grace@ims.example, sip:grace@ims.example, tel:+1555010007\r\n\n");
  ASSERT_TRUE(rows) << rows.error().message();
  mapping.claims.emplace_back("employee");
  mapping.table = IdentityTable{"employee", *rows};
  Claims claims = make_claims();
  EXPECT_TRUE(map_identity(mapping, claims).error() == Errc::missing_claim);
  claims["employee"] = {"E-18"};
  EXPECT_TRUE(map_identity(mapping, claims).error() == Errc::filtered_claim);
  claims["employee"] = {"E-17"};
  const auto out = map_identity(mapping, claims);
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_EQ(out->impi, "grace@ims.example");
  EXPECT_THAT(out->impus, ElementsAre("sip:grace@ims.example", "tel:+1555010007"));
}

TEST(MappingTest, TablesWithAMistakeNameTheLine) {
  EXPECT_THAT(parse_identity_table("a,b@c,sip:b@c\nx,y\n").error().detail, HasSubstr("line 2"));
  EXPECT_THAT(parse_identity_table("a,b,c\na,d,e\n").error().detail, HasSubstr("line 2"));
}

TEST(MappingTest, MembershipMayBeRequired) {
  Mapping mapping = make_mapping();
  mapping.required_groups = {"staff", "others"};
  EXPECT_TRUE(map_identity(mapping, make_claims()));
  mapping.required_groups = {"staff"};
  EXPECT_TRUE(map_identity(mapping, make_claims()).error() == Errc::filtered_claim);
}

TEST(MappingTest, NamesOnPagesAreBoundedAndPlain) {
  Claims claims = make_claims();
  claims["name"] = {"Erin\nExample\x7f"};
  EXPECT_EQ(map_identity(make_mapping(), claims)->display_name, "ErinExample");
  std::string long_name;
  for (int i = 0; i < 100; ++i) long_name += "\xc3\xa9";
  claims["name"] = {long_name};
  EXPECT_EQ(map_identity(make_mapping(), claims)->display_name, long_name.substr(0, 128));
}

TEST(ClaimTemplateTest, MistakesAreNamed) {
  for (const auto* text : {"{a", "a}", "{}", "{a|upper}", "{|lower}"}) {
    EXPECT_FALSE(ClaimTemplate::parse(text)) << text;
  }
  EXPECT_EQ(parsed("{mail|local|lower}!").render({{"mail", {"A.B@c"}}}).value(), "a.b!");
  EXPECT_FALSE(parsed("{phone|digits}").render({{"phone", {"none"}}}));
}

TEST(ClaimsTest, ObjectsAreFlattenedAndTheRestIsLeftOut) {
  const auto claims = claims_of(nlohmann::json::parse(
      R"({"a":"x","n":7,"b":true,"list":["p","q",{"z":1}],"realm_access":{"roles":["r"]},"e":"","o":null})"));
  EXPECT_EQ(claims.at("a").front(), "x");
  EXPECT_EQ(claims.at("n").front(), "7");
  EXPECT_EQ(claims.at("b").front(), "true");
  EXPECT_THAT(claims.at("list"), ElementsAre("p", "q"));
  EXPECT_THAT(claims.at("realm_access.roles"), ElementsAre("r"));
  EXPECT_FALSE(claims.contains("e"));
  EXPECT_FALSE(claims.contains("o"));
  EXPECT_TRUE(claims_of(nlohmann::json::array()).empty());
}

}  // namespace
}  // namespace waf::federation
