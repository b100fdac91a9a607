// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/admission.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;
using Verdict = Admission::Verdict;

constexpr common::TimePoint t0{1000h};

common::IpAddress address(std::string_view text) { return common::IpAddress::parse(text).value(); }

AdmissionLimits limits() {
  AdmissionLimits made;
  made.connections = 5;
  made.connections_per_address = 3;
  made.handshakes = {1, 10};
  made.token_failures = {0.1, 2};
  return made;
}

TEST(Admission, SEC14_BoundsConnectionsOfOneAddress) {
  Admission admission(limits());
  for (int count = 0; count < 3; ++count) {
    EXPECT_EQ(admission.admit(address("192.0.2.1"), t0), Verdict::admit);
  }
  EXPECT_EQ(admission.admit(address("192.0.2.1"), t0), Verdict::too_many_of_address);
  EXPECT_EQ(admission.admit(address("192.0.2.2"), t0), Verdict::admit);
  admission.release(address("192.0.2.1"), t0);
  EXPECT_EQ(admission.admit(address("192.0.2.1"), t0), Verdict::admit);
}

TEST(Admission, SEC14_BoundsAllConnections) {
  Admission admission(limits());
  for (int count = 0; count < 5; ++count) {
    const auto client = address("192.0.2." + std::to_string(count));
    EXPECT_EQ(admission.admit(client, t0), Verdict::admit);
  }
  EXPECT_EQ(admission.admit(address("192.0.2.9"), t0), Verdict::full);
  EXPECT_EQ(admission.connections(), 5U);
}

TEST(Admission, SEC14_AnIpv6ClientIsItsPrefix) {
  Admission admission(limits());
  for (int count = 1; count <= 3; ++count) {
    EXPECT_EQ(admission.admit(address("2001:db8::" + std::to_string(count)), t0), Verdict::admit);
  }
  EXPECT_EQ(admission.admit(address("2001:db8::4"), t0), Verdict::too_many_of_address);
  EXPECT_EQ(admission.admit(address("2001:db8:0:1::4"), t0), Verdict::admit);
}

TEST(Admission, SEC14_LimitsTheRateOfHandshakes) {
  Admission admission(limits());
  const auto client = address("192.0.2.1");
  int admitted = 0;
  for (int count = 0; count < 50; ++count) {
    if (admission.admit(client, t0) == Verdict::admit) {
      ++admitted;
      admission.release(client, t0);
    }
  }
  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(admission.admit(client, t0 + 999ms), Verdict::too_fast);
  EXPECT_EQ(admission.admit(client, t0 + 1s), Verdict::admit);
}

TEST(Admission, SEC14_BadTokensLockAnAddressOutForAWhile) {
  Admission admission(limits());
  const auto client = address("192.0.2.1");
  admission.count_token_failure(client, t0);
  EXPECT_EQ(admission.admit(client, t0), Verdict::admit);
  admission.count_token_failure(client, t0);
  EXPECT_EQ(admission.admit(client, t0), Verdict::too_many_failures);
  EXPECT_EQ(admission.admit(address("192.0.2.2"), t0), Verdict::admit);
  EXPECT_EQ(admission.admit(client, t0 + 10s), Verdict::admit);
}

TEST(Admission, SEC14_MemoryForAddressesIsBounded) {
  AdmissionLimits small = limits();
  small.remembered_addresses = 100;
  Admission admission(small);
  for (int count = 0; count < 1000; ++count) {
    admission.count_token_failure(
        address("198.51." + std::to_string(count / 256) + "." + std::to_string(count % 256)), t0);
  }
  EXPECT_EQ(admission.admit(address("192.0.2.1"), t0), Verdict::full);
  EXPECT_EQ(admission.admit(address("192.0.2.1"), t0 + 60s), Verdict::admit) << "idle ones go";
}

}  // namespace
}  // namespace wic
