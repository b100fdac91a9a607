// SPDX-License-Identifier: Apache-2.0
#include "media/ice/stun.hpp"

#include <gtest/gtest.h>

#include "common/encoding.hpp"
#include "media/ice/lite_agent.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::ice {
namespace {

using test::Bytes;

// RFC 5769 2.1, 2.2: sample request and IPv4 response.
constexpr std::string_view sample_request =
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf";
constexpr std::string_view sample_response =
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220"
    "002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96";
constexpr std::string_view sample_password = "VOkJxbRl1RmTxUk/WvJxBt";

common::Endpoint endpoint(const char* text) { return common::Endpoint::parse(text).value(); }

TEST(Stun, RTP01_RFC5769RequestIsReadAndAuthenticated) {
  const Bytes bytes = common::hex_decode(sample_request).value();
  const auto message = StunMessage::parse(bytes);
  ASSERT_TRUE(message) << message.error().message();
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6e0001ffU);
  EXPECT_EQ(message->controlled, 0x932ff9b151263b36U);
  EXPECT_TRUE(message->authenticated_by(sample_password));
  EXPECT_FALSE(message->authenticated_by("VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(Stun, RTP01_RFC5769ResponseCarriesTheMappedAddress) {
  const Bytes bytes = common::hex_decode(sample_response).value();
  const auto message = StunMessage::parse(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, StunClass::success);
  EXPECT_EQ(message->mapped_address, endpoint("192.0.2.1:32853"));
  EXPECT_TRUE(message->authenticated_by(sample_password));
}

TEST(Stun, SEC14_EveryFlippedBitAndEveryTruncationIsRefused) {
  const Bytes bytes = common::hex_decode(sample_request).value();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(StunMessage::parse(changed)) << bit;
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(StunMessage::parse(std::span(bytes).first(size))) << size;
  }
}

TEST(Stun, RTP01_WriterAndParserAgreeOnIPv6) {
  Bytes buffer(300);
  StunWriter writer(buffer, StunClass::success, TransactionId{std::byte{1}, std::byte{2}});
  writer.xor_mapped_address(endpoint("[2001:db8::1:2]:4711"));
  const auto written = writer.finish("secret");
  const auto message = StunMessage::parse(written);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->mapped_address, endpoint("[2001:db8::1:2]:4711"));
  EXPECT_TRUE(message->authenticated_by("secret"));
}

TEST(Stun, WriterReportsWhatDoesNotFit) {
  Bytes buffer(30);
  StunWriter writer(buffer, StunClass::success, {});
  writer.username("a name that is too long for this buffer");
  EXPECT_TRUE(writer.finish("secret").empty());
}

class Lite : public testing::Test {
 protected:
  Lite() {
    state.local.ufrag.assign("locl");
    state.local.password.assign("local-password-of-22ch");
    state.remote.ufrag.assign("rmte");
  }

  struct Ask {
    std::string username = "locl:rmte";
    std::string password = "local-password-of-22ch";
    bool use_candidate = true;
    bool controlled = false;
  };
  LiteAgent::Outcome check(const Ask& ask, const Path& from) {
    Bytes buffer(400);
    StunWriter writer(buffer, StunClass::request, TransactionId{std::byte{9}});
    if (!ask.username.empty()) writer.username(ask.username);
    writer.priority(1);
    if (ask.use_candidate) writer.use_candidate();
    ask.controlled ? writer.controlled(5) : writer.controlling(5);
    const auto request = StunMessage::parse(writer.finish(ask.password)).value();
    const auto outcome = agent.handle_request(now, from, request, reply);
    answer = StunMessage::parse(outcome.reply).value();
    return outcome;
  }

  IceState state;
  LiteAgent agent{state};
  common::TimePoint now{std::chrono::seconds(100)};
  std::array<std::byte, 256> reply{};
  StunMessage answer;
  Path path{0, endpoint("192.0.2.9:1000")};
  Path other{1, endpoint("[2001:db8::9]:2000")};
};

TEST_F(Lite, C108_RTP01_MED22_GoodCheckIsAnsweredAndItsPathSelected) {
  const auto outcome = check({}, path);
  EXPECT_TRUE(outcome.authenticated);
  EXPECT_TRUE(outcome.path_added);
  EXPECT_TRUE(outcome.selected_changed);
  EXPECT_EQ(answer.kind, StunClass::success);
  EXPECT_EQ(answer.mapped_address, path.remote);
  EXPECT_TRUE(answer.authenticated_by("local-password-of-22ch"));
  EXPECT_EQ(agent.path(), path);
  EXPECT_EQ(agent.last_check(), now);
}

TEST_F(Lite, C108_RTP01_WrongIntegrityIs401) {
  const auto outcome = check({.password = "wrong"}, path);
  EXPECT_FALSE(outcome.authenticated);
  EXPECT_EQ(answer.error_code, 401);
  EXPECT_FALSE(agent.is_validated(path));
}

TEST_F(Lite, RTP01_ForeignPeerUfragIs401) {
  check({.username = "locl:evil"}, path);
  EXPECT_EQ(answer.error_code, 401);
}

TEST_F(Lite, RTP01_NoUsernameOrNoIntegrityIs400) {
  check({.username = ""}, path);
  EXPECT_EQ(answer.error_code, 400);
  check({.password = ""}, path);
  EXPECT_EQ(answer.error_code, 400);
}

TEST_F(Lite, RTP01_RTP02_PeerThatClaimsToBeControlledGets487) {
  const auto outcome = check({.controlled = true}, path);
  EXPECT_FALSE(outcome.authenticated);
  EXPECT_EQ(answer.error_code, 487);
}

TEST_F(Lite, RTP01_PathIsSelectedOnlyByUseCandidate) {
  check({}, path);
  check({.use_candidate = false}, other);
  EXPECT_TRUE(agent.is_validated(other));
  EXPECT_EQ(agent.path(), path);
  EXPECT_TRUE(check({}, other).selected_changed);
  EXPECT_EQ(agent.path(), other);
}

TEST_F(Lite, RTP03_RestartKeepsTheOldPathUntilANewOneIsNominated) {
  check({}, path);
  Credentials fresh;
  fresh.ufrag.assign("new1");
  fresh.password.assign("another-password-22chr");
  agent.restart(fresh);
  EXPECT_TRUE(check({}, path).authenticated);  // consent goes on under the old credentials
  EXPECT_EQ(agent.path(), path);
  const Ask restarted{.username = "new1:rmte", .password = "another-password-22chr"};
  Ask plain = restarted;
  plain.use_candidate = false;
  check(plain, other);
  EXPECT_EQ(agent.path(), path);
  EXPECT_TRUE(check(restarted, other).restart_completed);
  EXPECT_EQ(agent.path(), other);
  check({}, path);
  EXPECT_EQ(answer.error_code, 401);
}

TEST_F(Lite, SEC14_PathsAreBoundedAndTheSelectedOneIsKept) {
  check({}, path);
  for (std::uint16_t port = 1; port < 50; ++port) {
    check({.use_candidate = false}, {0, {path.remote.address, port}});
  }
  EXPECT_EQ(agent.path(), path);
  EXPECT_TRUE(agent.is_validated(path));
  EXPECT_LE(state.validated_count, IceState::max_paths);
}

}  // namespace
}  // namespace media::ice
