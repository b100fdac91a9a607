// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/call/media_controller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/errc.hpp"
#include "tests/support/seeded_random.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr common::TimePoint t0{1000h};

common::Endpoint endpoint(std::string_view text) { return common::Endpoint::parse(text).value(); }

/// Keeps what it was told; the real one needs sockets.
class RecordingEngine final : public media::Engine {
 public:
  common::Result<media::CallId> open_call(media::EventSink&) override {
    if (full) return common::fail(media::Errc::unknown_leg, "no room");
    return media::CallId{++calls};
  }
  common::Result<media::WebrtcLocal> open_webrtc_leg(media::CallId) override {
    media::WebrtcLocal local;
    local.leg = {++legs};
    local.ice = {"ufrag" + std::to_string(legs), "passwordpasswordpassword1"};
    local.fingerprint = {"sha-256", "AA:BB"};
    local.tls_id = std::string(20, 't');
    local.candidates = {endpoint("192.0.2.1:7500")};
    return local;
  }
  common::Result<media::RtpLocal> open_rtp_leg(media::CallId, media::AddressFamily) override {
    const auto port = static_cast<std::uint16_t>(20000 + 2 * ++legs);
    media::RtpLocal local{
        {legs}, endpoint("192.0.2.1:1"), endpoint("192.0.2.1:1"), {"sha-256", "AA:BB"}, {}};
    local.rtp.port = port;
    local.rtcp.port = static_cast<std::uint16_t>(port + 1);
    return local;
  }
  common::Result<media::RtpLocal> open_access_leg(media::CallId call,
                                                  media::AddressFamily family) override {
    ++access_legs;
    return open_rtp_leg(call, family);
  }
  common::Result<void> play(media::LegId, const media::Announcement& what) override {
    played.push_back(what);
    return {};
  }
  void stop_playing(media::LegId) override { ++stopped; }
  void request_keyframe(media::LegId leg) override { keyframes.push_back(leg); }
  void send_digit(media::LegId leg, std::uint8_t event, std::chrono::milliseconds) override {
    digits.emplace_back(leg, event);
  }
  common::Result<void> set_remote(media::LegId, const media::WebrtcRemote& remote) override {
    wic = remote;
    return {};
  }
  common::Result<void> set_remote(media::LegId, const media::RtpRemote& remote) override {
    core = remote;
    remotes.push_back(remote);
    return {};
  }
  common::Result<media::IceCredentials> restart_ice(media::LegId) override {
    ++restarts;
    return media::IceCredentials{"fresh", "passwordpasswordpassword2"};
  }
  common::Result<void> connect(media::LegId, media::LegId, const media::Connection& made) override {
    connections.push_back(made);
    return {};
  }
  std::optional<media::LegStatistics> statistics(media::LegId) const override {
    media::LegStatistics made;
    made.received.packets = 5;
    made.sent.packets = 4;
    return made;
  }
  std::vector<media::RestoredCall> restored_calls() const override { return {}; }
  common::Result<void> adopt_call(media::CallId, media::EventSink&) override { return {}; }
  void close_leg(media::LegId) override { ++closed_legs; }
  void close_call(media::CallId call) override { closed_calls.push_back(call); }

  bool full = false;
  std::uint64_t calls = 0;
  std::uint64_t legs = 0;
  int restarts = 0;
  int closed_legs = 0;
  int stopped = 0;
  int access_legs = 0;
  std::vector<media::RtpRemote> remotes;
  std::vector<media::Announcement> played;
  std::vector<media::LegId> keyframes;
  std::vector<std::pair<media::LegId, int>> digits;
  std::optional<media::WebrtcRemote> wic;
  std::optional<media::RtpRemote> core;
  std::vector<media::Connection> connections;
  std::vector<media::CallId> closed_calls;
};

class NoEvents final : public media::EventSink {
 public:
  void post(media::Event) noexcept override {}
};

std::string wic_offer(const std::string& ufrag = "abcd",
                      const std::string& direction = "sendrecv") {
  return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 111 8 110\r\nc=IN IP4 0.0.0.0\r\n"
         "a=ice-ufrag:" +
         ufrag + "\r\na=ice-pwd:" + ufrag +
         "efghijklmnopqrstuvwx\r\n"
         "a=fingerprint:sha-256 "
         "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:"
         "DD:EE:FF\r\na=setup:actpass\r\na=mid:0\r\na=rtcp-mux\r\na=" +
         direction +
         "\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=rtpmap:110 telephone-event/48000\r\n";
}

std::string core_answer(const std::string& direction = "sendrecv") {
  return "v=0\r\no=- 2 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
         "m=audio 4000 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\na=" +
         direction + "\r\n";
}

class MediaControllerTest : public testing::Test {
 protected:
  MediaControllerTest() { controller_.set_time(t0); }

  common::Result<std::string> offer(const std::string& text, ims::Side from = ims::Side::wic) {
    return controller_.offer(call_, dialog_, from, text);
  }
  common::Result<std::string> answer(const std::string& text, ims::Side from = ims::Side::core) {
    return controller_.answer(call_, dialog_, from, text, true);
  }

  RecordingEngine engine_;
  NoEvents sink_;
  test::SeededRandom random_;
  common::Metrics metrics_;
  MediaController controller_{{}, engine_, sink_, random_, metrics_};
  ims::CallHandle call_{7};
  std::string dialog_ = "bob";
};

TEST_F(MediaControllerTest, C100_C101_CarriesOfferAndAnswer) {
  const auto core = offer(wic_offer());
  ASSERT_TRUE(core) << core.error().message();
  EXPECT_THAT(*core, HasSubstr("RTP/AVP"));
  EXPECT_THAT(*core, Not(HasSubstr("fingerprint")));
  EXPECT_TRUE(engine_.connections.empty()) << "nothing flows before the answer";
  const auto wic = answer(core_answer());
  ASSERT_TRUE(wic) << wic.error().message();
  EXPECT_THAT(*wic, HasSubstr("UDP/TLS/RTP/SAVPF"));
  EXPECT_THAT(*wic, HasSubstr("a=ice-ufrag:ufrag"));
  ASSERT_EQ(engine_.connections.size(), 1U);
  EXPECT_TRUE(engine_.connections[0].first_to_second);
  EXPECT_EQ(engine_.core->rtp.to_string(), "198.51.100.7:4000");
  EXPECT_EQ(engine_.wic->ice.ufrag, "abcd");
}

std::string phone_body(const std::string& protocol, const std::string& lines = {}) {
  return "v=0\r\no=- 1 1 IN IP4 192.168.1.5\r\ns=-\r\nc=IN IP4 192.168.1.5\r\nt=0 0\r\n"
         "m=audio 14000 " +
         protocol + " 8\r\na=rtpmap:8 PCMA/8000\r\n" + lines;
}

constexpr const char* crypto_line =
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5\r\n";

ims::AccessSide phone_at(const char* address, ims::Transport transport) {
  return {transport, common::IpAddress::parse(address).value()};
}

std::string core_pcma() {
  return "v=0\r\no=- 2 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
         "m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";
}

TEST_F(MediaControllerTest, MED_PhoneOverTlsGetsSrtpWithKeysOfOurs) {
  controller_.set_access(call_, phone_at("203.0.113.9", ims::Transport::tls));
  const auto core = offer(phone_body("RTP/SAVP", crypto_line));
  ASSERT_TRUE(core) << core.error().message();
  EXPECT_THAT(*core, Not(HasSubstr("crypto")));
  const auto phone = answer(core_pcma());
  ASSERT_TRUE(phone) << phone.error().message();
  EXPECT_THAT(*phone, HasSubstr("RTP/SAVP 8"));
  ASSERT_EQ(engine_.remotes.size(), 2U);
  const media::RtpRemote& remote = engine_.remotes[0];
  ASSERT_TRUE(remote.sdes);
  EXPECT_EQ(remote.sdes->suite, "AES_CM_128_HMAC_SHA1_80");
  EXPECT_EQ(remote.sdes->local.size(), 30U);
  EXPECT_NE(remote.sdes->local, std::vector<std::uint8_t>(30, 0));
  EXPECT_EQ(remote.sdes->remote.front(), '0');
  EXPECT_EQ(remote.latch, media::Latch::host);
  // A private address behind a NAT: the flow's source is where media goes and comes from.
  EXPECT_EQ(remote.rtp.to_string(), "203.0.113.9:14000");
  EXPECT_EQ(remote.observed, common::IpAddress::parse("203.0.113.9").value());
  EXPECT_EQ(engine_.access_legs, 1);
}

TEST_F(MediaControllerTest, MED_KeysOfAPhoneOverUdpAreRefused) {
  controller_.set_access(call_, phone_at("203.0.113.9", ims::Transport::udp));
  const auto refused = offer(phone_body("RTP/SAVP", crypto_line));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("unencrypted signalling"));
  EXPECT_THAT(refused.error().message(), Not(HasSubstr("MDEy")));
}

TEST_F(MediaControllerTest, MED_CallToAPhoneOffersOptionalSrtp) {
  controller_.set_access(call_, phone_at("203.0.113.9", ims::Transport::tls));
  const auto phone = offer(core_pcma(), ims::Side::core);
  ASSERT_TRUE(phone) << phone.error().message();
  EXPECT_THAT(*phone, HasSubstr("RTP/AVP 8"));
  EXPECT_THAT(*phone, HasSubstr("a=crypto:1 AEAD_AES_256_GCM inline:"));
  EXPECT_THAT(*phone, Not(HasSubstr("ice-")));
  ASSERT_TRUE(answer(phone_body("RTP/AVP"), ims::Side::wic));
  EXPECT_FALSE(engine_.remotes[0].sdes);
  EXPECT_FALSE(engine_.connections.back().first_feedback.pli);
}

TEST_F(MediaControllerTest, MED_StarCodeIsAnsweredWithASound) {
  controller_.set_access(call_, phone_at("192.168.1.5", ims::Transport::tls));
  const auto answered =
      controller_.announce(call_, phone_body("RTP/AVP"), ims::Announcement::accepted);
  ASSERT_TRUE(answered) << answered.error().message();
  EXPECT_THAT(*answered, HasSubstr("RTP/AVP 8"));
  ASSERT_EQ(engine_.played.size(), 1U);
  EXPECT_EQ(engine_.played[0].format.codec, media::codec::Codec::pcma);
  EXPECT_EQ(engine_.played[0].payload_type, 8);
  EXPECT_FALSE(engine_.played[0].sound->samples.empty());
  EXPECT_TRUE(engine_.connections.empty());
  EXPECT_EQ(engine_.legs, 1U);
  controller_.release(call_);
  EXPECT_EQ(engine_.closed_calls.size(), 1U);
}

TEST_F(MediaControllerTest, HoldChangesDirectionsAndKeepsLegs) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  const auto legs = engine_.legs;
  ASSERT_TRUE(offer(wic_offer("abcd", "sendonly")));
  ASSERT_TRUE(answer(core_answer("recvonly")));
  EXPECT_EQ(engine_.legs, legs);
  EXPECT_TRUE(engine_.connections.back().first_to_second);
  EXPECT_FALSE(engine_.connections.back().second_to_first);
}

TEST_F(MediaControllerTest, HoldMusicIsForTheCoreWhileTheClientHolds) {
  const media::ToneStep step{440, 0, std::chrono::milliseconds(100)};
  const auto music = std::make_shared<const media::Sound>(media::make_tone(std::span(&step, 1)));
  MediaController controller({.sdp = {}, .sounds = {{ims::Announcement::hold, music}}}, engine_,
                             sink_, random_, metrics_);
  const auto exchange = [&](const char* offered, const char* answered) {
    ASSERT_TRUE(controller.offer(call_, dialog_, ims::Side::wic, wic_offer("abcd", offered)));
    ASSERT_TRUE(controller.answer(call_, dialog_, ims::Side::core, core_answer(answered), true));
  };
  exchange("sendrecv", "sendrecv");
  EXPECT_TRUE(engine_.played.empty());
  exchange("sendonly", "recvonly");
  ASSERT_EQ(engine_.played.size(), 1U);
  EXPECT_EQ(engine_.played[0].sound, music);
  EXPECT_EQ(engine_.played[0].format.codec, media::codec::Codec::opus);
  EXPECT_EQ(engine_.played[0].payload_type, 111);
  EXPECT_TRUE(engine_.played[0].repeat);
  exchange("sendonly", "recvonly");
  EXPECT_EQ(engine_.played.size(), 1U);
  exchange("sendrecv", "sendrecv");
  EXPECT_EQ(engine_.stopped, 1);
  exchange("inactive", "inactive");
  EXPECT_EQ(engine_.played.size(), 1U);
}

TEST_F(MediaControllerTest, C110_IceRestartTakesNewCredentialsWithTheAnswer) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  ASSERT_TRUE(offer(wic_offer("wxyz")));
  EXPECT_EQ(engine_.restarts, 0);
  const auto wic = answer(core_answer());
  ASSERT_TRUE(wic);
  EXPECT_EQ(engine_.restarts, 1);
  EXPECT_THAT(*wic, HasSubstr("a=ice-ufrag:fresh"));
}

TEST_F(MediaControllerTest, C110_RefusedIceRestartLeavesTheOldPathAlone) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  ASSERT_TRUE(offer(wic_offer("wxyz")));
  controller_.rollback(call_, dialog_);
  EXPECT_EQ(engine_.restarts, 0);
  ASSERT_TRUE(offer(wic_offer("abcd", "sendonly")));
  const auto wic = answer(core_answer("recvonly"));
  ASSERT_TRUE(wic);
  EXPECT_EQ(engine_.restarts, 0);
  EXPECT_THAT(*wic, Not(HasSubstr("fresh")));
}

TEST_F(MediaControllerTest, MED12_IceRestartIsAnsweredWithoutTheCore) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  const auto legs = engine_.legs;
  const auto alone = controller_.answer_alone(call_, dialog_, ims::Side::wic, wic_offer("wxyz"),
                                              ims::Alone::renewed);
  ASSERT_TRUE(alone) << alone.error().message();
  ASSERT_TRUE(alone->has_value());
  EXPECT_THAT(**alone, HasSubstr("a=ice-ufrag:fresh"));
  EXPECT_THAT(**alone, HasSubstr("UDP/TLS/RTP/SAVPF"));
  EXPECT_EQ(engine_.restarts, 1);
  EXPECT_EQ(engine_.wic->ice.ufrag, "wxyz");
  EXPECT_EQ(engine_.legs, legs);
  EXPECT_EQ(engine_.core->rtp.to_string(), "198.51.100.7:4000");
  EXPECT_THAT(metrics_.render(), HasSubstr("wic_gateway_media_local_answers_total 1"));
  // What follows builds on it: a hold goes to the core and keeps the new credentials.
  ASSERT_TRUE(offer(wic_offer("wxyz", "sendonly")));
  const auto held = answer(core_answer("recvonly"));
  ASSERT_TRUE(held);
  EXPECT_THAT(*held, HasSubstr("a=ice-ufrag:fresh"));
  EXPECT_EQ(engine_.restarts, 1);
}

TEST_F(MediaControllerTest, MED12_WhatTheCoreMustHearIsNotAnsweredAlone) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  const auto alone = [&](const std::string& text, ims::Alone what) {
    const auto made = controller_.answer_alone(call_, dialog_, ims::Side::wic, text, what);
    return made && made->has_value();
  };
  EXPECT_FALSE(alone(wic_offer("wxyz", "sendonly"), ims::Alone::unchanged));
  EXPECT_FALSE(alone("v=0", ims::Alone::unchanged));
  EXPECT_FALSE(alone(wic_offer(), ims::Alone::renewed)) << "a session refresh";
  EXPECT_EQ(engine_.restarts, 0);
  EXPECT_TRUE(alone(wic_offer(), ims::Alone::unchanged));
  EXPECT_EQ(engine_.restarts, 0);
}

TEST_F(MediaControllerTest, SES23_MediaFollowsTheLatestForkThenTheConfirmedOne) {
  dialog_.clear();
  ASSERT_TRUE(offer(wic_offer()));
  const auto early = [&](const char* fork, const std::string& port) {
    std::string text = core_answer();
    text.replace(text.find("4000"), 4, port);
    return controller_.answer(call_, fork, ims::Side::core, text, false);
  };
  ASSERT_TRUE(early("a", "4000"));
  ASSERT_TRUE(early("b", "5000"));
  EXPECT_EQ(engine_.core->rtp.port, 5000);
  ASSERT_TRUE(early("a", "4000"));
  EXPECT_EQ(engine_.core->rtp.port, 4000) << "the same answer again, but of the other fork";
  ASSERT_TRUE(controller_.confirm(call_, "b"));
  EXPECT_EQ(engine_.core->rtp.port, 5000) << "2xx without a body";
  ASSERT_TRUE(early("c", "6000"));
  ASSERT_TRUE(early("a", "4002"));
  EXPECT_EQ(engine_.core->rtp.port, 5000) << "later forks change nothing";
  ASSERT_TRUE(controller_.confirm(call_, "a"));
  EXPECT_EQ(engine_.core->rtp.port, 4002) << "the first one ended";
  EXPECT_EQ(engine_.legs, 2U);
}

TEST_F(MediaControllerTest, SES23_ForksAreBounded) {
  dialog_.clear();
  ASSERT_TRUE(offer(wic_offer()));
  std::size_t taken = 0;
  for (int fork = 0; fork < 100; ++fork) {
    const auto made = controller_.answer(call_, "f" + std::to_string(fork), ims::Side::core,
                                         core_answer(), false);
    taken += made ? 1 : 0;
  }
  EXPECT_EQ(taken, 31U);
}

TEST_F(MediaControllerTest, RFC3261_14_1_FailureAfterAnEarlyAnswerRestoresTheMedia) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  const auto held = offer(wic_offer("abcd", "sendonly"));
  ASSERT_TRUE(held);
  ASSERT_TRUE(controller_.answer(call_, dialog_, ims::Side::core, core_answer("recvonly"), false));
  EXPECT_FALSE(engine_.connections.back().second_to_first);
  controller_.rollback(call_, dialog_);
  EXPECT_TRUE(engine_.connections.back().second_to_first);
  const auto count = engine_.connections.size();
  controller_.rollback(call_, dialog_);
  EXPECT_EQ(engine_.connections.size(), count) << "nothing is under way";
  const auto again = offer(wic_offer("abcd", "inactive"));
  ASSERT_TRUE(again);
  const auto version = [](const std::string& text) {
    const auto at = text.find("o=");
    return text.substr(at, text.find(" IN ", at) - at);
  };
  EXPECT_NE(version(*held), version(*again)) << "versions do not go back";
}

TEST_F(MediaControllerTest, MED10_OtherTlsIdReachesTheEngine) {
  const std::string first = "a=tls-id:aaaaaaaaaaaaaaaaaaaa\r\n";
  const std::string second = "a=tls-id:bbbbbbbbbbbbbbbbbbbb\r\n";
  ASSERT_TRUE(offer(wic_offer() + first));
  ASSERT_TRUE(answer(core_answer()));
  EXPECT_EQ(engine_.wic->tls_id, "aaaaaaaaaaaaaaaaaaaa");
  ASSERT_TRUE(offer(wic_offer("abcd", "sendonly")));
  ASSERT_TRUE(answer(core_answer("recvonly")));
  EXPECT_EQ(engine_.wic->tls_id, "aaaaaaaaaaaaaaaaaaaa") << "left out: the same association";
  const auto alone = controller_.answer_alone(
      call_, dialog_, ims::Side::wic, wic_offer("abcd", "sendonly") + second, ims::Alone::renewed);
  ASSERT_TRUE(alone && alone->has_value());
  EXPECT_EQ(engine_.wic->tls_id, "bbbbbbbbbbbbbbbbbbbb");
}

TEST_F(MediaControllerTest, UnusableFirstOfferLeavesNothingOpen) {
  const auto refused = offer(
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=image 9 udptl t38\r\n"
      "c=IN IP4 0.0.0.0\r\n");
  ASSERT_FALSE(refused);
  EXPECT_FALSE(refused.error().detail.empty());
  EXPECT_EQ(engine_.closed_calls.size(), 1U);
  EXPECT_EQ(controller_.calls(), 0U);
}

TEST_F(MediaControllerTest, FullEngineRefusesTheOffer) {
  engine_.full = true;
  EXPECT_FALSE(offer(wic_offer()));
  EXPECT_EQ(controller_.calls(), 0U);
}

TEST_F(MediaControllerTest, AnswerWithoutAnOfferIsRefused) {
  EXPECT_FALSE(answer(core_answer()));
  ASSERT_TRUE(offer(wic_offer()));
  EXPECT_FALSE(answer(core_answer(), ims::Side::wic));
}

TEST_F(MediaControllerTest, SEC12_FailedDtlsReleasesTheCall) {
  ASSERT_TRUE(offer(wic_offer()));
  media::Event event;
  event.kind = media::Event::Kind::dtls_failed;
  event.call = {1};
  event.detail = "fingerprint mismatch";
  const auto outcome = controller_.handle_event(event);
  const auto* failure = std::get_if<MediaFailure>(&outcome);
  ASSERT_NE(failure, nullptr);
  EXPECT_EQ(failure->call, call_);
  EXPECT_EQ(failure->why, "DTLS with the client failed: fingerprint mismatch");
  event.call = {99};
  EXPECT_EQ(controller_.handle_event(event).index(), 0U) << "of a call that is gone";
}

TEST_F(MediaControllerTest, RFC5168_AKeyframeThatRtcpCannotAskTheCoreForIsSignallingsMatter) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  media::Event event;
  event.kind = media::Event::Kind::keyframe_wanted;
  event.call = {1};
  std::size_t wishes = 0;
  for (const std::uint64_t leg : {1U, 2U}) {  // the WIC's and the core's
    event.leg = {leg};
    const auto outcome = controller_.handle_event(event);
    const auto* wish = std::get_if<KeyframeWish>(&outcome);
    if (wish == nullptr) continue;
    ++wishes;
    EXPECT_EQ(wish->call, call_);
  }
  EXPECT_EQ(wishes, 1U);
}

TEST_F(MediaControllerTest, ConnectTimeIsMeasuredOnce) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  controller_.set_time(t0 + 150ms);
  media::Event event;
  event.call = {1};
  event.leg = {1};
  EXPECT_EQ(controller_.handle_event(event).index(), 0U);
  event.leg = {2};
  EXPECT_EQ(controller_.handle_event(event).index(), 0U);
  EXPECT_EQ(controller_.handle_event(event).index(), 0U);
  EXPECT_THAT(metrics_.render(), HasSubstr("wic_gateway_media_connect_seconds_count 1"));
}

TEST_F(MediaControllerTest, C119_TheEngineIsToldBothFormats) {
  MediaControllerConfig config;
  config.sdp.transcoding = {"amr-wb"};
  MediaController controller(config, engine_, sink_, random_, metrics_);
  const auto core = controller.offer(call_, dialog_, ims::Side::wic, wic_offer());
  ASSERT_TRUE(core);
  EXPECT_THAT(*core, HasSubstr("a=rtpmap:97 AMR-WB/16000"));
  const std::string answered =
      "v=0\r\no=- 2 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
      "m=audio 4000 RTP/AVP 97\r\na=rtpmap:97 AMR-WB/16000\r\n"
      "a=fmtp:97 octet-align=1;mode-set=0,2\r\n";
  ASSERT_TRUE(controller.answer(call_, dialog_, ims::Side::core, answered, true));
  const media::Connection& made = engine_.connections.back();
  ASSERT_TRUE(made.transcoding);
  EXPECT_EQ(made.transcoding->first.codec, media::codec::Codec::opus);
  EXPECT_EQ(made.transcoding->second.codec, media::codec::Codec::amr_wb);
  EXPECT_TRUE(made.transcoding->second.amr.octet_align);
  EXPECT_EQ(made.transcoding->second.amr.modes, 0b101);
  EXPECT_TRUE(made.payloads.at(0).transcoded);
  const auto streams = controller.statistics(call_)->streams;
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_EQ(streams[0].wic_codec, "opus");
  EXPECT_EQ(streams[0].core_codec, "amr-wb");
  EXPECT_TRUE(streams[0].transcoded);
}

TEST_F(MediaControllerTest, MED35_DigitsAndKeyframesGoWhereTheyAreUnderstood) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(controller_.send_digit(call_, ims::Side::wic, 5, 160ms));
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  EXPECT_FALSE(controller_.send_digit(call_, ims::Side::core, 5, 160ms));  // no events agreed
  EXPECT_FALSE(controller_.ask_keyframe(call_, ims::Side::wic));           // no video
  ASSERT_TRUE(offer(wic_offer()));
  std::string with_events = core_answer();
  with_events.replace(with_events.find("AVP 111"), 7, "AVP 111 110");
  with_events += "a=rtpmap:110 telephone-event/48000\r\n";
  ASSERT_TRUE(answer(with_events));
  EXPECT_TRUE(controller_.send_digit(call_, ims::Side::core, 11, 160ms));
  ASSERT_EQ(engine_.digits.size(), 1U);
  EXPECT_EQ(engine_.digits[0].second, 11);
}

TEST_F(MediaControllerTest, ReleaseClosesTheCallAndKeepsItsFigures) {
  ASSERT_TRUE(offer(wic_offer()));
  ASSERT_TRUE(answer(core_answer()));
  controller_.release(call_);
  EXPECT_EQ(engine_.closed_calls.size(), 1U);
  const auto media = controller_.take_final_statistics(call_);
  ASSERT_TRUE(media);
  EXPECT_EQ(media->packets_from_wic, 5U);
  EXPECT_EQ(media->packets_to_core, 4U);
  EXPECT_FALSE(controller_.take_final_statistics(call_));
  controller_.release(call_);
  EXPECT_EQ(engine_.closed_calls.size(), 1U);
}

}  // namespace
}  // namespace wic
