// SPDX-License-Identifier: Apache-2.0
#include "common/ip_prefix.hpp"

#include <gtest/gtest.h>

namespace common {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpPrefix, ContainsItsAddressesOnly) {
  const auto prefix = IpPrefix::parse("192.0.2.0/25").value();
  EXPECT_TRUE(prefix.contains(address("192.0.2.127")));
  EXPECT_FALSE(prefix.contains(address("192.0.2.128")));
  EXPECT_FALSE(prefix.contains(address("2001:db8::1")));
}

TEST(IpPrefix, BareAddressIsItselfAlone) {
  const auto prefix = IpPrefix::parse("2001:db8::1").value();
  EXPECT_TRUE(prefix.contains(address("2001:db8::1")));
  EXPECT_FALSE(prefix.contains(address("2001:db8::2")));
  EXPECT_EQ(prefix.to_string(), "2001:db8::1/128");
}

TEST(IpPrefix, ZeroLengthIsTheWholeFamily) {
  EXPECT_TRUE(IpPrefix::parse("0.0.0.0/0")->contains(address("203.0.113.9")));
  EXPECT_FALSE(IpPrefix::parse("0.0.0.0/0")->contains(address("::1")));
}

TEST(IpPrefix, RefusesBadLengthsAndHostBits) {
  for (const auto* text : {"192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "192.0.2.0/8x",
                           "192.0.2.1/24", "::/129", "x/8", ""}) {
    EXPECT_FALSE(IpPrefix::parse(text)) << text;
  }
}

}  // namespace
}  // namespace common
