// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/reg_event.hpp"

#include <gtest/gtest.h>

namespace ims {
namespace {

TEST(RegInfo, ReadsRegistrationsAndContacts) {
  const auto read = parse_reginfo(
      "<?xml version='1.0'?>\n<!-- <registration/> -->\n"
      "<ri:reginfo xmlns:ri='urn:ietf:params:xml:ns:reginfo' version='2' state='full'>\n"
      "<ri:registration aor='sip:a&amp;b@h' id='r' state='active'>\n"
      "<ri:contact id='c1' state='terminated' event='expired' expires='0'>"
      "<ri:uri>\n sip:x@y;a=&lt;1&gt; </ri:uri>"
      "<ri:unknown-param name='+sip.instance'>\"&lt;urn>\"</ri:unknown-param></ri:contact>\n"
      "<ri:contact state='active' event='shortened' expires='60'><ri:uri>sip:z@y</ri:uri>"
      "</ri:contact></ri:registration>"
      "<registration aor=\"tel:+1\" state=\"terminated\"/></ri:reginfo>");
  ASSERT_TRUE(read) << read.error().message();
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].aor, "sip:a&b@h");
  ASSERT_EQ((*read)[0].contacts.size(), 2U);
  EXPECT_EQ((*read)[0].contacts[0].uri, "sip:x@y;a=<1>");
  EXPECT_FALSE((*read)[0].contacts[0].active);
  EXPECT_EQ((*read)[0].contacts[1].expires, 60U);
  EXPECT_EQ((*read)[1].state, "terminated");
}

TEST(RegInfo, RefusesWhatIsNoReginfo) {
  EXPECT_FALSE(parse_reginfo(""));
  EXPECT_FALSE(parse_reginfo("<reginfo"));
  EXPECT_FALSE(parse_reginfo("<!DOCTYPE x [<!ENTITY a 'b'>]><reginfo/>"));
  EXPECT_FALSE(parse_reginfo("<other/>"));
  std::string many = "<reginfo>";
  for (int i = 0; i < 100; ++i) many += "<registration aor='sip:a@b'/>";
  EXPECT_FALSE(parse_reginfo(many + "</reginfo>"));
}

}  // namespace
}  // namespace ims
