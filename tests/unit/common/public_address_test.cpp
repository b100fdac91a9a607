// SPDX-License-Identifier: Apache-2.0
#include "common/public_address.hpp"

#include <gtest/gtest.h>

namespace common {
namespace {

bool is_public(std::string_view text) { return is_public_address(IpAddress::parse(text).value()); }

TEST(PublicAddress, Attack56_SpecialAddressesAreNotPublic) {
  for (const auto* text : {"127.0.0.1",
                           "0.0.0.0",
                           "10.1.2.3",
                           "172.31.0.1",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "224.0.0.1",
                           "255.255.255.255",
                           "198.18.0.1",
                           "::",
                           "::1",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "2001:db8::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::a00:1",
                           "2002:7f00:1::",
                           "2001::1"}) {
    EXPECT_FALSE(is_public(text)) << text;
  }
}

TEST(PublicAddress, OthersArePublic) {
  for (const auto* text :
       {"8.8.8.8", "172.32.0.1", "192.0.1.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"}) {
    EXPECT_TRUE(is_public(text)) << text;
  }
}

}  // namespace
}  // namespace common
