// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wic {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Trace, SEC15_ShowsTheFirstLineOnly) {
  EXPECT_EQ(first_line("REGISTER sip:ims.example SIP/2.0\r\nAuthorization: Bearer secret\r\n\r\n"),
            "REGISTER sip:ims.example SIP/2.0");
  EXPECT_EQ(first_line("SIP/2.0 200 OK\r\nVia: x\r\n\r\n"), "SIP/2.0 200 OK");
}

TEST(Trace, SEC15_OddLineEndsHideNothingBehindTheFirstLine) {
  for (const char* end : {"\n", "\r"}) {
    EXPECT_THAT(
        first_line(std::string("REGISTER sip:a SIP/2.0") + end + "Authorization: Bearer secret"),
        Not(HasSubstr("secret")));
  }
  EXPECT_LT(first_line(std::string(60'000, 'x')).size(), 200U);
}

TEST(Trace, SEC15_HeadersInAUriAreLeftOut) {
  EXPECT_THAT(first_line("INVITE sip:a@b?Authorization=Bearer%20secret SIP/2.0\r\n"),
              testing::AllOf(HasSubstr("INVITE sip:a@b"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace wic
