// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wic-gateway/phone/stream_connection.hpp"
#include "wic-gateway/phone/stream_framer.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::string with_body =
    "MESSAGE sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c\r\nContent-Length: 5\r\n\r\nhello";
const std::string compact = "OPTIONS sip:a@b SIP/2.0\r\nv: SIP/2.0/TCP c\r\nl :0\r\n\r\n";
const std::string folded = "OPTIONS sip:a@b SIP/2.0\r\nContent-Length:\r\n 3\r\n\r\nabc";

std::vector<std::string> cut(StreamFramer& framer) {
  std::vector<std::string> out;
  for (;;) {
    auto next = framer.next();
    if (!next) {
      out.emplace_back("error");
      return out;
    }
    if (!*next) return out;
    out.push_back(std::move(**next));
  }
}

TEST(StreamFramer, CutsTheSameWhereverTheStreamIsSplit) {
  const std::string stream = "\r\n\r\n" + with_body + compact + "\r\n" + folded + "\r\n\r\n";
  const std::vector<std::string> expected = {"\r\n\r\n", with_body, compact, folded, "\r\n\r\n"};
  for (std::size_t split = 0; split <= stream.size(); ++split) {
    StreamFramer framer(65'536);
    framer.append(std::string_view(stream).substr(0, split));
    auto got = cut(framer);
    framer.append(std::string_view(stream).substr(split));
    for (auto& message : cut(framer)) got.push_back(std::move(message));
    ASSERT_EQ(got, expected) << split;
    EXPECT_FALSE(framer.is_partial());
  }
}

TEST(StreamFramer, CutsOctetByOctet) {
  const std::string stream = with_body + "\r\n\r\n" + compact;
  StreamFramer framer(65'536);
  std::vector<std::string> got;
  for (const char octet : stream) {
    framer.append({&octet, 1});
    for (auto& message : cut(framer)) got.push_back(std::move(message));
  }
  EXPECT_THAT(got, ElementsAre(with_body, "\r\n\r\n", compact));
}

TEST(StreamFramer, Attack84_WhatHasNoOneLengthEndsTheStream) {
  for (const char* head : {"OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n",
                           "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
                           "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n",
                           "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 4294967295999\r\n\r\n",
                           "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 70000\r\n\r\n"}) {
    StreamFramer framer(65'536);
    framer.append(head);
    EXPECT_THAT(cut(framer), ElementsAre("error")) << head;
  }
}

TEST(StreamFramer, AHeadWithoutAnEndIsBounded) {
  StreamFramer framer(4096);
  framer.append(std::string(5000, 'x'));
  EXPECT_THAT(cut(framer), ElementsAre("error"));
}

class StreamTest : public testing::Test {
 protected:
  StreamLimits limits;
  common::TimePoint now{1h};
};

TEST_F(StreamTest, GivesMessagesAndStaysForTheIdleTime) {
  StreamConnection stream(limits, now);
  stream.handle_bytes(now, with_body + compact);
  EXPECT_EQ(stream.poll_message(), with_body);
  EXPECT_EQ(stream.poll_message(), compact);
  EXPECT_EQ(stream.poll_message(), std::nullopt);
  EXPECT_EQ(stream.poll_timeout(), now + limits.idle_timeout);
  stream.handle_timeout(now + limits.idle_timeout);
  EXPECT_TRUE(stream.is_over());
  EXPECT_EQ(stream.end_reason(), "idle");
}

TEST_F(StreamTest, Attack53_AMessageInDripsIsCutOff) {
  StreamConnection stream(limits, now);
  stream.handle_bytes(now, "OPTIONS ");
  for (int second = 1; second < 10; ++second) {
    stream.handle_bytes(now + std::chrono::seconds(second), "x");
    stream.handle_timeout(now + std::chrono::seconds(second));
    EXPECT_FALSE(stream.is_over());
  }
  stream.handle_timeout(now + limits.message_timeout);
  EXPECT_TRUE(stream.is_over());
}

TEST_F(StreamTest, Attack82_APingFloodEndsIt) {
  StreamConnection stream(limits, now);
  std::string pings;
  for (int i = 0; i < 300; ++i) pings += "\r\n\r\n";
  stream.handle_bytes(now, pings);
  EXPECT_TRUE(stream.is_over());
}

TEST_F(StreamTest, ASlowReaderIsGivenUp) {
  StreamConnection stream(limits, now);
  for (int i = 0; i < 10; ++i) stream.send(std::string(20'000, 'x'));
  EXPECT_FALSE(stream.is_over());
  for (int i = 0; i < 10; ++i) stream.send(std::string(20'000, 'x'));
  EXPECT_TRUE(stream.is_over());
}

TEST_F(StreamTest, ClosesWhenEverythingIsWritten) {
  StreamConnection stream(limits, now);
  stream.send("abc");
  stream.close(now, "goodbye");
  stream.send("not any more");
  EXPECT_FALSE(stream.is_over());
  EXPECT_EQ(stream.output(), "abc");
  stream.handle_written(2);
  EXPECT_EQ(stream.output(), "c");
  stream.handle_written(1);
  EXPECT_TRUE(stream.is_over());
  EXPECT_EQ(stream.end_reason(), "goodbye");
}

TEST_F(StreamTest, APeerThatDoesNotReadItsFarewellIsLeft) {
  StreamConnection stream(limits, now);
  stream.send("abc");
  stream.close(now, "goodbye");
  stream.handle_timeout(now + limits.close_timeout);
  EXPECT_TRUE(stream.is_over());
}

}  // namespace
}  // namespace wic
