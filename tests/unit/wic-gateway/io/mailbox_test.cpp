// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/mailbox.hpp"

#include <gtest/gtest.h>

namespace wic::io {
namespace {

class MailboxTest : public testing::Test {
 protected:
  common::Metrics metrics_;
  common::Counter refused_ = metrics_.counter("refused", "refused");
  Mailbox mailbox_{2, refused_};
  int wakes_ = 0;
};

TEST_F(MailboxTest, IsBoundedAndCountsWhatItRefuses) {
  EXPECT_TRUE(mailbox_.post([](Signalling&) {}));
  EXPECT_TRUE(mailbox_.post([](Signalling&) {}));
  EXPECT_FALSE(mailbox_.post([](Signalling&) {}));
  EXPECT_EQ(refused_.value(), 1);
  mailbox_.post_always([](Signalling&) {});
  EXPECT_EQ(mailbox_.take().size(), 3U);
  EXPECT_TRUE(mailbox_.post([](Signalling&) {}));
}

TEST_F(MailboxTest, WakesTheLoopOnceForWhatItTakesAtOnce) {
  mailbox_.attach([this] { ++wakes_; });
  (void)mailbox_.post([](Signalling&) {});
  (void)mailbox_.post([](Signalling&) {});
  EXPECT_EQ(wakes_, 1);
  (void)mailbox_.take();
  (void)mailbox_.post([](Signalling&) {});
  EXPECT_EQ(wakes_, 2);
}

TEST_F(MailboxTest, WhatCameBeforeTheLoopWakesIt) {
  (void)mailbox_.post([](Signalling&) {});
  mailbox_.attach([this] { ++wakes_; });
  EXPECT_EQ(wakes_, 1);
}

}  // namespace
}  // namespace wic::io
