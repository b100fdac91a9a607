// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/flow_token.hpp"

#include <gtest/gtest.h>

namespace ims {
namespace {

TEST(FlowTokens, REG12_OnlyOurOwnOpen) {
  FlowTokens::Key other{};
  other[0] = std::byte{1};
  const FlowTokens tokens(FlowTokens::Key{});
  const RegistrationId id{0x0123456789abcdefULL};
  const std::string token = tokens.make(FlowTokens::Use::path, id);
  EXPECT_EQ(tokens.open(FlowTokens::Use::path, token), id);
  EXPECT_EQ(tokens.open(FlowTokens::Use::dialog, token), std::nullopt);
  EXPECT_EQ(FlowTokens(other).open(FlowTokens::Use::path, token), std::nullopt);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'E' : 'A';
    EXPECT_EQ(tokens.open(FlowTokens::Use::path, changed), std::nullopt) << i;
    EXPECT_EQ(tokens.open(FlowTokens::Use::path, token.substr(0, i)), std::nullopt) << i;
  }
}

}  // namespace
}  // namespace ims
