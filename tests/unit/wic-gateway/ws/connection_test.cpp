// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/connection.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;

constexpr common::TimePoint t0{1000h};

class WsConnectionTest : public testing::Test {
 protected:
  std::optional<std::string> whole(std::string_view text, bool binary = false) {
    return connection_.handle_fragment(t0, text, true, true, binary);
  }
  std::optional<WsClose> closing() {
    while (auto next = connection_.poll_transmit()) {
      if (auto* close = std::get_if<WsClose>(&*next)) return *close;
    }
    return std::nullopt;
  }

  WsLimits limits_;
  WsConnection connection_{limits_, t0};
};

TEST_F(WsConnectionTest, C009_FragmentsAtEveryBoundaryMakeOneMessage) {
  const std::string text = "OPTIONS sip:a@b SIP/2.0\r\nX: \xc3\xa4\r\n\r\n";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    EXPECT_EQ(connection_.handle_fragment(t0, text.substr(0, first), true, false, false),
              std::nullopt);
    EXPECT_EQ(connection_.handle_fragment(t0, text.substr(first), false, true, false), text);
  }
}

TEST_F(WsConnectionTest, C009_OctetByOctet) {
  const std::string text = "OPTIONS sip:a@b SIP/2.0\r\n\r\n";
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    EXPECT_EQ(connection_.handle_fragment(t0, text.substr(at, 1), at == 0, false, false),
              std::nullopt);
  }
  EXPECT_EQ(connection_.handle_fragment(t0, text.substr(text.size() - 1), false, true, false),
            text);
}

TEST_F(WsConnectionTest, SEC14_Attack82_EndlessFragmentsClose1008) {
  for (int count = 0; count < 5000; ++count) {
    EXPECT_EQ(connection_.handle_fragment(t0, "", count == 0, false, false), std::nullopt);
  }
  const auto close = closing();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code, CloseCode::policy_violation);
  EXPECT_EQ(close->reason, "too many fragments");
}

TEST_F(WsConnectionTest, C011_AnswersInTheFormThatThePeerUses) {
  EXPECT_EQ(whole("a", true), "a");
  connection_.send("b");
  auto next = connection_.poll_transmit();
  ASSERT_TRUE(next);
  EXPECT_TRUE(std::get<WsMessage>(*next).binary);
  EXPECT_EQ(whole("a", false), "a");
  connection_.send("c");
  next = connection_.poll_transmit();
  EXPECT_FALSE(std::get<WsMessage>(*next).binary);
}

TEST_F(WsConnectionTest, C015_DoubleCrlfIsAnsweredWithOne) {
  EXPECT_EQ(whole("\r\n\r\n"), std::nullopt);
  const auto next = connection_.poll_transmit();
  ASSERT_TRUE(next);
  EXPECT_EQ(std::get<WsMessage>(*next).payload, "\r\n");
  EXPECT_EQ(whole("\r\n"), std::nullopt);
  EXPECT_EQ(whole(""), std::nullopt);
  EXPECT_FALSE(connection_.wants_to_write());
}

TEST_F(WsConnectionTest, C016_TooBigMessageCloses1009) {
  EXPECT_TRUE(whole(std::string(limits_.max_message, 'a')));
  EXPECT_EQ(
      connection_.handle_fragment(t0, std::string(limits_.max_message, 'a'), true, false, false),
      std::nullopt);
  EXPECT_EQ(connection_.handle_fragment(t0, "b", false, true, false), std::nullopt);
  const auto close = closing();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->code, CloseCode::message_too_big);
  EXPECT_EQ(whole("later"), std::nullopt) << "nothing is read any more";
}

TEST_F(WsConnectionTest, WS03_InvalidUtf8InTextCloses1007ButBinaryMayHoldIt) {
  EXPECT_EQ(whole("a\xff", true), "a\xff");
  EXPECT_EQ(whole("a\xff", false), std::nullopt);
  EXPECT_EQ(closing()->code, CloseCode::invalid_payload);
}

TEST_F(WsConnectionTest, SEC14_TooManyMessagesClose1008) {
  for (int count = 0; count < 200; ++count) ASSERT_TRUE(whole("a"));
  EXPECT_EQ(whole("a"), std::nullopt);
  EXPECT_EQ(closing()->code, CloseCode::policy_violation);
}

TEST_F(WsConnectionTest, SEC14_KeepAlivesCountAsMessages) {
  for (int count = 0; count < 200; ++count) EXPECT_EQ(whole("\r\n"), std::nullopt);
  EXPECT_TRUE(connection_.end_reason().empty());
  EXPECT_EQ(whole("\r\n"), std::nullopt);
  EXPECT_EQ(closing()->code, CloseCode::policy_violation);
}

TEST_F(WsConnectionTest, C014_PingsAndIsLostWithoutPong) {
  EXPECT_EQ(connection_.poll_timeout(), t0 + 25s);
  connection_.handle_timeout(t0 + 25s);
  const auto ping = connection_.poll_transmit();
  ASSERT_TRUE(ping);
  EXPECT_TRUE(std::holds_alternative<WsPing>(*ping));
  EXPECT_EQ(connection_.poll_timeout(), t0 + 35s);
  connection_.handle_pong(t0 + 26s);
  EXPECT_EQ(connection_.poll_timeout(), t0 + 51s);
  connection_.handle_timeout(t0 + 51s);
  connection_.handle_timeout(t0 + 61s - 1ms);
  EXPECT_FALSE(connection_.is_lost());
  connection_.handle_timeout(t0 + 61s);
  EXPECT_TRUE(connection_.is_lost());
  EXPECT_EQ(connection_.end_reason(), "no pong");
}

TEST_F(WsConnectionTest, TOK07_CloseFollowsEverythingThatWasSentBefore) {
  connection_.send("401");
  connection_.close(t0, CloseCode::policy_violation, "token refused");
  connection_.send("never");
  auto next = connection_.poll_transmit();
  EXPECT_EQ(std::get<WsMessage>(*next).payload, "401");
  next = connection_.poll_transmit();
  EXPECT_EQ(std::get<WsClose>(*next).code, CloseCode::policy_violation);
  EXPECT_EQ(connection_.poll_transmit(), std::nullopt);
  EXPECT_FALSE(connection_.wants_to_write());
  connection_.handle_timeout(t0 + 2s);
  EXPECT_TRUE(connection_.is_lost()) << "the peer did not close";
}

TEST_F(WsConnectionTest, CloseReasonFitsAControlFrame) {
  connection_.close(t0, CloseCode::normal, std::string(500, 'x'));
  EXPECT_EQ(closing()->reason.size(), 123U);
}

TEST_F(WsConnectionTest, SEC14_SlowReaderIsGivenUp) {
  const std::string message(64 * 1024, 'a');
  for (int count = 0; count < 4; ++count) connection_.send(message);
  EXPECT_FALSE(connection_.is_lost());
  connection_.send("x");
  EXPECT_TRUE(connection_.is_lost());
  EXPECT_EQ(connection_.poll_transmit(), std::nullopt);
}

TEST_F(WsConnectionTest, QueueDrainsAndCountsDown) {
  const std::string message(100 * 1024, 'a');
  for (int count = 0; count < 100; ++count) {
    connection_.send(message);
    connection_.send(message);
    ASSERT_FALSE(connection_.is_lost());
    while (connection_.poll_transmit()) {
    }
  }
}

}  // namespace
}  // namespace wic
