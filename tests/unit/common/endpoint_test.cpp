// SPDX-License-Identifier: Apache-2.0
#include "common/endpoint.hpp"

#include <gtest/gtest.h>

namespace common {
namespace {

TEST(Endpoint, ParsesAndPrintsBothFamilies) {
  for (const char* text : {"127.0.0.1:5060", "[2001:db8::1]:443", "0.0.0.0:0"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
}

TEST(Endpoint, RefusesNamesMissingPortsAndBareIpv6) {
  for (const char* text : {"localhost:5060", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "::1:5060", "[127.0.0.1]:1", "127.0.0.1:50x"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

TEST(IpAddress, KnowsLoopback) {
  EXPECT_TRUE(IpAddress::parse("127.0.0.9")->is_loopback());
  EXPECT_TRUE(IpAddress::parse("::1")->is_loopback());
  EXPECT_FALSE(IpAddress::parse("192.0.2.1")->is_loopback());
}

}  // namespace
}  // namespace common
