// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/token_cache.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;

constexpr common::SystemTime t0 = common::system_time(1'800'000'000);

TokenPtr token(common::SystemTime expires_at) {
  common::jose::AccessToken made;
  made.expires_at = expires_at;
  return std::make_shared<const common::jose::AccessToken>(made);
}

TEST(TokenCache, RemembersForAMinuteAtMost) {
  TokenCache cache(10);
  const TokenPtr made = token(t0 + 600s);
  cache.insert("a", made, t0);
  EXPECT_EQ(cache.find("a", t0 + 59s), made);
  EXPECT_EQ(cache.find("a", t0 + 60s), nullptr);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(TokenCache, NeverOutlivesTheToken) {
  TokenCache cache(10);
  cache.insert("a", token(t0 + 20s), t0);
  EXPECT_NE(cache.find("a", t0 + 19s), nullptr);
  EXPECT_EQ(cache.find("a", t0 + 20s), nullptr);
}

TEST(TokenCache, J11_IsBoundedAndDropsTheLeastRecentlyUsed) {
  TokenCache cache(2);
  cache.insert("a", token(t0 + 600s), t0);
  cache.insert("b", token(t0 + 600s), t0);
  EXPECT_NE(cache.find("a", t0), nullptr);
  cache.insert("c", token(t0 + 600s), t0);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.find("b", t0), nullptr);
  EXPECT_NE(cache.find("a", t0), nullptr);
}

TEST(TokenCache, J14_ForgetsEverythingWhenKeysChange) {
  TokenCache cache(2);
  cache.insert("a", token(t0 + 600s), t0);
  cache.clear();
  EXPECT_EQ(cache.find("a", t0), nullptr);
}

TEST(TokenCache, ZeroCapacityKeepsNothing) {
  TokenCache cache(0);
  cache.insert("a", token(t0 + 600s), t0);
  EXPECT_EQ(cache.find("a", t0), nullptr);
}

}  // namespace
}  // namespace wic
