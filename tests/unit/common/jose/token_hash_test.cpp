// SPDX-License-Identifier: Apache-2.0
#include "common/jose/token_hash.hpp"

#include <gtest/gtest.h>

namespace common::jose {
namespace {

TEST(TokenHash, A22_TheExampleOfOpenIdConnectCore) {
  // OpenID Connect Core, appendix A.3
  EXPECT_EQ(access_token_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", Algorithm::rs256),
            "77QmUPtjPfzWtF2AnpK9RQ");
}

TEST(TokenHash, A22_Ed25519HashesWithSha512) {
  EXPECT_EQ(access_token_hash("a", Algorithm::eddsa).size(), 43U);
  EXPECT_EQ(access_token_hash("a", Algorithm::es256), access_token_hash("a", Algorithm::ps256));
}

}  // namespace
}  // namespace common::jose
