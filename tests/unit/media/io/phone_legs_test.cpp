// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "media/errc.hpp"
#include "media/rtp/octets.hpp"
#include "media/sound.hpp"
#include "tests/unit/media/io/phone_peer.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::Bytes;
using test::EngineTest;
using test::PhoneKind;
using test::PhonePeer;

io::EngineConfig config_with_phones() {
  io::EngineConfig config = test::test_config();
  config.core_port_last = static_cast<std::uint16_t>(config.core_port_first + 40);
  config.access_addresses = {{test::address("127.0.0.1"), test::address("127.0.0.1")}};
  config.access_port_first = static_cast<std::uint16_t>(config.core_port_last + 2);
  config.access_port_last = static_cast<std::uint16_t>(config.access_port_first + 40);
  return config;
}

Connection pcma() {
  Connection connection;
  connection.payloads = {{8, 8, 8000, 8000, false}};
  connection.first_feedback = {};
  return connection;
}

/// Two phones on access legs of one call.
struct PhoneCall {
  PhoneCall(Engine& engine_used, PhoneKind first_kind, PhoneKind second_kind,
            srtp::Profile profile = srtp::Profile::aead_aes_128_gcm)
      : engine(engine_used),
        first(first_kind, profile),
        second(second_kind, profile),
        id(engine.open_call(events).value()),
        first_leg(engine.open_access_leg(id, AddressFamily::v4).value()),
        second_leg(engine.open_access_leg(id, AddressFamily::v4).value()) {
    EXPECT_TRUE(engine.connect(first_leg.leg, second_leg.leg, pcma()));
    EXPECT_TRUE(engine.set_remote(first_leg.leg, first.description()));
    EXPECT_TRUE(engine.set_remote(second_leg.leg, second.description()));
  }
  bool establish() {
    const bool up = first.establish(first_leg) && second.establish(second_leg);
    std::this_thread::sleep_for(20ms);  // the keys' way to the media thread
    return up;
  }
  /// One packet each way arrives with its payload.
  void expect_sound() {
    for (std::uint16_t n = 0; n < 2; ++n) {
      const auto sequence = static_cast<std::uint16_t>(++sent);
      const Bytes packet = test::rtp_packet(0xb0b, sequence, sequence * 160U, 8);
      first.send(first_leg, packet);
      const auto heard = second.receive();
      ASSERT_TRUE(heard);
      EXPECT_TRUE(std::equal(heard->begin() + 12, heard->end(), packet.begin() + 12, packet.end()));
      second.send(second_leg, packet);
      EXPECT_TRUE(first.receive());
    }
  }

  Engine& engine;
  test::Events& events = test::lasting_events();
  PhonePeer first;
  PhonePeer second;
  CallId id;
  RtpLocal first_leg;
  RtpLocal second_leg;
  unsigned sent = 0;
};

class AnyTwoLegs : public EngineTest,
                   public testing::WithParamInterface<std::tuple<PhoneKind, PhoneKind>> {};

TEST_P(AnyTwoLegs, MED_SoundAndReportsPassBothWays) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, std::get<0>(GetParam()), std::get<1>(GetParam()));
  ASSERT_TRUE(call.establish());
  call.expect_sound();
  call.first.send_rtcp(call.first_leg, test::sender_report(0xb0b, 320, 0, 0));
  const auto report = call.second.receive_rtcp();
  ASSERT_TRUE(report);
  EXPECT_EQ(load8(*report, 1), 200);
}

constexpr auto kinds = {PhoneKind::plain, PhoneKind::sdes, PhoneKind::dtls_client,
                        PhoneKind::dtls_server, PhoneKind::dtls_client_mux};
INSTANTIATE_TEST_SUITE_P(All, AnyTwoLegs,
                         testing::Combine(testing::ValuesIn(kinds), testing::ValuesIn(kinds)));

class SdesSuites : public EngineTest, public testing::WithParamInterface<srtp::Profile> {};

TEST_P(SdesSuites, RTP06_EachSuiteAgreesWithLibsrtp) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::sdes, PhoneKind::plain, GetParam());
  ASSERT_TRUE(call.establish());
  call.expect_sound();
  EXPECT_TRUE(engine->statistics(call.first_leg.leg)->secure);
  EXPECT_FALSE(engine->statistics(call.second_leg.leg)->secure);
}
INSTANTIATE_TEST_SUITE_P(All, SdesSuites, testing::ValuesIn(srtp::all_profiles),
                         [](const auto& one) { return std::string(srtp::suite_of(one.param)); });

using PhoneLegs = EngineTest;

TEST_F(PhoneLegs, RTP09_UnchangedKeysInAReofferGoOn) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::sdes, PhoneKind::plain);
  ASSERT_TRUE(call.establish());
  call.expect_sound();
  ASSERT_TRUE(engine->set_remote(call.first_leg.leg, call.first.description()));
  call.expect_sound();  // libsrtp would refuse an index that was used before
}

TEST_F(PhoneLegs, MED_PlainRtpOnASecuredLegIsDropped) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::sdes, PhoneKind::plain);
  ASSERT_TRUE(call.establish());
  call.first.rtp.send(call.first_leg.rtp, test::rtp_packet(1, 1, 1, 8));
  EXPECT_FALSE(call.second.receive(150));
  call.expect_sound();
}

TEST_F(PhoneLegs, MED_ABrowserMeetsASdesPhone) {
  const auto engine = make(config_with_phones());
  test::Events& events = test::lasting_events();
  const CallId id = engine->open_call(events).value();
  const WebrtcLocal w3 = engine->open_webrtc_leg(id).value();
  const RtpLocal access = engine->open_access_leg(id, AddressFamily::v4).value();
  test::WebrtcPeer browser(DtlsRole::client, test::every_profile());
  PhonePeer phone(PhoneKind::sdes);
  ASSERT_TRUE(engine->set_remote(w3.leg, browser.description()));
  ASSERT_TRUE(engine->set_remote(access.leg, phone.description()));
  ASSERT_TRUE(engine->connect(w3.leg, access.leg, pcma()));
  ASSERT_TRUE(browser.check(w3.ice, w3.candidates[0]));
  ASSERT_TRUE(browser.handshake(w3.fingerprint, w3.candidates[0]));
  ASSERT_TRUE(events.wait_for(Event::Kind::connected));
  ASSERT_TRUE(phone.establish(access));
  std::this_thread::sleep_for(20ms);
  browser.send_rtp(w3.candidates[0], test::rtp_packet(1, 1, 1, 8));
  EXPECT_TRUE(phone.receive());
  phone.send(access, test::rtp_packet(2, 1, 1, 8));
  EXPECT_TRUE(browser.receive());
}

TEST_F(PhoneLegs, SEC12_WrongFingerprintGivesNoKeys) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::dtls_client, PhoneKind::plain);
  RtpRemote lie = call.first.description();
  lie.dtls->fingerprints[0].value.replace(0, 2,
                                          lie.dtls->fingerprints[0].value[0] == '0' ? "11" : "00");
  ASSERT_TRUE(engine->set_remote(call.first_leg.leg, lie));
  call.first.establish(call.first_leg);
  EXPECT_TRUE(call.events.wait_for(Event::Kind::dtls_failed));
  EXPECT_FALSE(engine->statistics(call.first_leg.leg)->secure);
}

TEST_F(PhoneLegs, MED_UnusableKeysAreRefused) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::sdes, PhoneKind::plain);
  RtpRemote remote = call.first.description();
  remote.sdes->remote.pop_back();
  EXPECT_EQ(engine->set_remote(call.first_leg.leg, remote).error(), Errc::invalid_keys);
  remote = call.first.description();
  remote.sdes->suite = "F8_128_HMAC_SHA1_80";
  EXPECT_EQ(engine->set_remote(call.first_leg.leg, remote).error(), Errc::invalid_keys);
}

TEST_F(PhoneLegs, MED_AnnouncementIsHeardAndItsEndTold) {
  const auto engine = make(config_with_phones());
  for (const auto kind :
       {codec::Codec::pcma, codec::Codec::pcmu, codec::Codec::opus, codec::Codec::amr_wb}) {
    PhoneCall call(*engine, PhoneKind::sdes, PhoneKind::plain);
    ASSERT_TRUE(call.establish());
    const ToneStep step{440, 0, 100ms};
    const auto tone = std::make_shared<const Sound>(make_tone(std::span(&step, 1)));
    ASSERT_TRUE(engine->play(call.first_leg.leg, {tone, {.codec = kind}, 96, false}));
    std::uint16_t last_sequence = 0;
    std::uint32_t last_timestamp = 0;
    for (int i = 0; i < 5; ++i) {
      const auto packet = call.first.receive();
      ASSERT_TRUE(packet);
      const auto header = rtp::parse_header(*packet);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->payload_type, 96);
      EXPECT_EQ(header->marker, i == 0);
      if (kind == codec::Codec::pcma || kind == codec::Codec::pcmu) {
        EXPECT_EQ(packet->size(), 172U);
      }
      if (i > 0) {
        EXPECT_EQ(header->sequence, static_cast<std::uint16_t>(last_sequence + 1));
        EXPECT_EQ(header->timestamp - last_timestamp, codec::clock_rate(kind) / 50);
      }
      last_sequence = header->sequence;
      last_timestamp = header->timestamp;
    }
    EXPECT_TRUE(call.events.wait_for(Event::Kind::played));
    call.expect_sound();  // the other side is heard again
    engine->close_call(call.id);
  }
}

TEST_F(PhoneLegs, MED_RepeatedSoundEndsWhenItIsStopped) {
  const auto engine = make(config_with_phones());
  PhoneCall call(*engine, PhoneKind::plain, PhoneKind::plain);
  const ToneStep step{440, 480, 20ms};
  const auto tone = std::make_shared<const Sound>(make_tone(std::span(&step, 1)));
  ASSERT_TRUE(engine->play(call.first_leg.leg, {tone, {.codec = codec::Codec::pcma}, 8, true}));
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(call.first.receive());
  engine->stop_playing(call.first_leg.leg);
  std::this_thread::sleep_for(60ms);
  while (call.first.receive(1)) {
  }
  EXPECT_FALSE(call.first.receive(100));
}

}  // namespace
}  // namespace media
