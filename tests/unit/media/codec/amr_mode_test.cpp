// SPDX-License-Identifier: Apache-2.0
#include "media/codec/amr_mode.hpp"

#include <gtest/gtest.h>

namespace media::codec {
namespace {

TEST(AmrMode, RequestsStayInsideTheModeSet) {
  AmrOptions options;
  options.modes = 0b0000'0101;  // 6.60 and 12.65
  AmrMode mode(AmrBand::wide, options);
  EXPECT_EQ(mode.next(), 2);
  mode.request(8);
  EXPECT_EQ(mode.next(), 2);
  mode.request(1);
  EXPECT_EQ(mode.next(), 0);
  mode.request(15);  // no request
  EXPECT_EQ(mode.next(), 0);
}

TEST(AmrMode, ChangesOnlyAtThePeriodAndToNeighbors) {
  AmrOptions options;
  options.modes = 0b1010'0101;  // 0, 2, 5, 7
  options.change_period = 2;
  options.change_neighbor = true;
  AmrMode mode(AmrBand::narrow, options);
  EXPECT_EQ(mode.next(), 7);
  mode.request(0);
  EXPECT_EQ(mode.next(), 7);  // in the middle of a period
  EXPECT_EQ(mode.next(), 5);
  EXPECT_EQ(mode.next(), 5);
  EXPECT_EQ(mode.next(), 2);
  EXPECT_EQ(mode.next(), 2);
  EXPECT_EQ(mode.next(), 0);
}

TEST(AmrMode, AnEmptyModeSetMeansAll) {
  AmrOptions options;
  options.modes = 0;
  EXPECT_EQ(AmrMode(AmrBand::narrow, options).next(), 7);
}

}  // namespace
}  // namespace media::codec
