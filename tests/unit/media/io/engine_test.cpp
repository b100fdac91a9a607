// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "media/errc.hpp"
#include "tests/unit/media/io/engine_fixture.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bytes;
using test::Call;
using test::EngineTest;
using test::Events;
using test::every_profile;
using test::lasting_events;
using test::pcmu;
using test::test_config;

TEST_F(EngineTest, C102_C112_RTP06_MED01_MediaFlowsBothWaysForEveryProfileRoleAndFamily) {
  for (const auto backend :
       {srtp::Backend::native, srtp::Backend::openssl, srtp::Backend::libsrtp}) {
    io::EngineConfig config = test_config();
    config.srtp_backend = backend;
    const auto engine = make(config);
    for (const srtp::Profile profile : srtp::all_profiles) {
      for (const DtlsRole role : {DtlsRole::client, DtlsRole::server}) {
        Call call(*engine, role, {profile}, role == DtlsRole::server);
        ASSERT_TRUE(call.establish()) << srtp::name_of(profile);
        for (std::uint16_t i = 0; i < 5; ++i) {
          ASSERT_TRUE(call.to_phone(static_cast<std::uint16_t>(65533 + i)));
          ASSERT_TRUE(call.to_browser(static_cast<std::uint16_t>(65533 + i)));
        }
        const auto statistics = engine->statistics(call.webrtc.leg);
        ASSERT_TRUE(statistics);
        EXPECT_TRUE(statistics->secure);
        EXPECT_EQ(statistics->received.packets, 5U);
        EXPECT_EQ(statistics->sent.packets, 5U);
        EXPECT_EQ(statistics->remote, call.browser.udp->endpoint());
        engine->close_call(call.id);
        EXPECT_FALSE(engine->statistics(call.webrtc.leg));
      }
    }
  }
}

TEST_F(EngineTest, RTP13_PayloadTypesAreMappedAndSsrcsStable) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const auto first = call.to_phone(10, 111);
  const auto second = call.to_phone(11, 0);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->payload_type, 96);
  EXPECT_EQ(second->payload_type, 0);
  EXPECT_EQ(first->ssrc, second->ssrc);
  EXPECT_EQ(static_cast<std::uint16_t>(first->sequence + 1), second->sequence);
  EXPECT_FALSE(call.to_phone(12, 35, 100));  // not in the connection
  const auto other_source = call.to_phone(500, 0, 2000, 0x777);
  ASSERT_TRUE(other_source);
  EXPECT_EQ(other_source->ssrc, first->ssrc);
  EXPECT_EQ(static_cast<std::uint16_t>(second->sequence + 1), other_source->sequence);
  EXPECT_EQ(call.to_browser(3, 96)->payload_type, 111);
}

TEST_F(EngineTest, C107_RTP01_HostCandidatesAndFreshCredentialsAreAnnounced) {
  const auto engine = make(test_config());
  const CallId call = engine->open_call(lasting_events()).value();
  const WebrtcLocal first = engine->open_webrtc_leg(call).value();
  const WebrtcLocal second = engine->open_webrtc_leg(call).value();
  ASSERT_EQ(first.candidates.size(), 2U);
  EXPECT_EQ(first.candidates[0],
            (common::Endpoint{address("127.0.0.1"), test_config().webrtc_port}));
  EXPECT_EQ(first.candidates[1], (common::Endpoint{address("::1"), test_config().webrtc_port}));
  EXPECT_GE(first.ice.ufrag.size(), 4U);      // RFC 8445 5.3: 24 bits of randomness
  EXPECT_GE(first.ice.password.size(), 22U);  // 128 bits
  EXPECT_NE(first.ice.ufrag, second.ice.ufrag);
  EXPECT_NE(first.ice.password, second.ice.password);
  EXPECT_NE(first.tls_id, second.tls_id);
}

TEST_F(EngineTest, C115_RTP13_CoreSsrcChangeKeepsOneStreamTowardTheBrowser) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const auto before = call.to_browser(100, 0, 2000, 0xa);
  const auto after = call.to_browser(9000, 0, 2000, 0xb);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->ssrc, before->ssrc);
  EXPECT_EQ(after->sequence, static_cast<std::uint16_t>(before->sequence + 1));
}

TEST_F(EngineTest, RTP13_BurstsOfEitherSidePassWholeAndInOrder) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  for (std::uint16_t i = 0; i < 200; ++i) {
    call.phone_rtp.send(call.core.rtp, test::rtp_packet(1, i, i));
    call.browser.send_rtp(call.w3, test::rtp_packet(2, i, i));
  }
  for (std::size_t i = 0; i < 200; ++i) {
    const auto at_browser = call.browser.receive();
    const auto at_phone = call.phone_rtp.receive();
    ASSERT_TRUE(at_browser && at_phone) << i;
    EXPECT_EQ(at_browser->at(12), static_cast<std::byte>(i));  // rtp_packet counts its payload up
    EXPECT_EQ(at_phone->at(12), static_cast<std::byte>(i));
  }
}

TEST_F(EngineTest, C105_RTP10_RtcpIsSplitFromTheSharedPortAndJoinedAgain) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const auto sent_to_phone = call.to_phone(10);
  const auto sent_to_browser = call.to_browser(20);
  ASSERT_TRUE(sent_to_phone && sent_to_browser);
  call.browser.send_rtcp(
      call.w3, test::sender_report(0xb0b, 1600, sent_to_browser->ssrc, sent_to_browser->sequence));
  const auto report = call.phone_rtcp.receive();
  ASSERT_TRUE(report);
  EXPECT_EQ(load32(*report, 4), sent_to_phone->ssrc);
  EXPECT_EQ(load32(*report, 16), sent_to_phone->timestamp);  // same instant as RTP 10
  EXPECT_EQ(load32(*report, 28), 0xcafeU);
  EXPECT_EQ(load32(*report, 36), 20U);
  call.phone_rtcp.send(call.core.rtcp, test::sender_report(0xcafe, 3200, sent_to_phone->ssrc,
                                                           sent_to_phone->sequence));
  const auto back = call.browser.receive(true);
  ASSERT_TRUE(back);
  EXPECT_EQ(load32(*back, 4), sent_to_browser->ssrc);
  EXPECT_EQ(load32(*back, 28), 0xb0bU);
}

TEST_F(EngineTest, RTP15_ClosingSaysBye) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_phone(1));
  ASSERT_TRUE(call.to_browser(1));
  engine->close_call(call.id);
  const auto at_phone = call.phone_rtcp.receive();
  const auto at_browser = call.browser.receive(true);
  ASSERT_TRUE(at_phone && at_browser);
  EXPECT_EQ(load8(*at_phone, at_phone->size() - 7), 203);
  EXPECT_EQ(load8(*at_browser, at_browser->size() - 7), 203);
  EXPECT_FALSE(engine->set_remote(call.webrtc.leg, call.browser.description()));
}

TEST_F(EngineTest, MED12_HoldStopsADirectionAndResumeLeavesNoGap) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const auto before = call.to_browser(100);
  ASSERT_TRUE(before && call.to_phone(1));
  Connection held = pcmu();
  held.second_to_first = false;
  ASSERT_TRUE(engine->connect(call.webrtc.leg, call.core.leg, held));
  EXPECT_FALSE(call.to_browser(101, 0, 100));
  EXPECT_TRUE(call.to_phone(2));
  ASSERT_TRUE(engine->connect(call.webrtc.leg, call.core.leg, pcmu()));
  const auto after = call.to_browser(150);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->ssrc, before->ssrc);
  EXPECT_EQ(static_cast<std::uint16_t>(before->sequence + 1), after->sequence);
  EXPECT_EQ(before->timestamp + 50 * 160, after->timestamp);
}

TEST_F(EngineTest, LatchingFollowsTheRealSourceOnlyWhereAsked) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const test::UdpPeer elsewhere;
  test::UdpPeer real;
  ASSERT_TRUE(engine->set_remote(call.core.leg,
                                 {elsewhere.endpoint(), elsewhere.endpoint(), media::Latch::any}));
  real.send(call.core.rtp, test::rtp_packet(9, 1, 1));
  ASSERT_TRUE(call.browser.receive());
  call.browser.send_rtp(call.w3, test::rtp_packet(1, 1, 1));
  EXPECT_TRUE(real.receive());
  test::UdpPeer intruder;
  intruder.send(call.core.rtp, test::rtp_packet(10, 1, 1));
  EXPECT_FALSE(call.browser.receive(false, 100));
}

TEST_F(EngineTest, RTP05_RTP17_SilentPeersAreReported) {
  io::EngineConfig config = test_config();
  config.consent_timeout = 300ms;
  config.media_timeout = 600ms;
  const auto engine = make(config);
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  EXPECT_TRUE(call.events.wait_for(Event::Kind::consent_lost));
  EXPECT_FALSE(call.to_browser(1, 0, 100));  // RFC 7675: nothing is sent without consent
  EXPECT_TRUE(call.events.wait_for(Event::Kind::media_timeout));
  EXPECT_TRUE(call.browser.check(call.webrtc.ice, call.w3));
  EXPECT_TRUE(call.to_browser(2));
}

TEST_F(EngineTest, MistakesOfSignallingAreErrors) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  EXPECT_EQ(engine->open_webrtc_leg(CallId{1}).error(), Errc::unknown_call);
  EXPECT_EQ(engine->restart_ice(LegId{1}).error(), Errc::unknown_leg);
  EXPECT_EQ(engine->connect(call.core.leg, call.core.leg, pcmu()).error(),
            Errc::invalid_connection);
  WebrtcRemote remote = call.browser.description();
  remote.fingerprints[0].algorithm = "sha-1";
  EXPECT_EQ(engine->set_remote(call.webrtc.leg, remote).error(), Errc::invalid_fingerprint);
  remote = call.browser.description();
  remote.ice.password = "short";
  EXPECT_EQ(engine->set_remote(call.webrtc.leg, remote).error(), Errc::invalid_credentials);
}

TEST_F(EngineTest, PortsAndLegsRunOutWithAnError) {
  io::EngineConfig config = test_config();
  config.core_port_last = static_cast<std::uint16_t>(config.core_port_first + 3);
  const auto engine = make(config);
  Events events;
  const CallId call = engine->open_call(events).value();
  const auto first = engine->open_rtp_leg(call, AddressFamily::v4);
  ASSERT_TRUE(first && engine->open_rtp_leg(call, AddressFamily::v4));
  EXPECT_EQ(engine->open_rtp_leg(call, AddressFamily::v4).error(), Errc::capacity_reached);
  EXPECT_TRUE(engine->open_rtp_leg(call, AddressFamily::v6));
  engine->close_leg(first->leg);
  for (int i = 0; i < 100; ++i) {
    if (engine->open_rtp_leg(call, AddressFamily::v4)) return;
    std::this_thread::sleep_for(10ms);
  }
  FAIL() << "the closed leg's ports stayed in use";
}

TEST_F(EngineTest, ManyCallsOnSeveralWorkers) {
  io::EngineConfig config = test_config();
  config.workers = 3;
  const auto engine = make(config);
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 20; ++i) {
    calls.push_back(std::make_unique<Call>(*engine, DtlsRole::client, every_profile()));
    ASSERT_TRUE(calls.back()->establish());
  }
  for (std::uint16_t i = 0; i < 20; ++i) {
    for (const auto& call : calls) {
      ASSERT_TRUE(call->to_phone(i));
      ASSERT_TRUE(call->to_browser(i));
    }
  }
}

TEST_F(EngineTest, RFC2474_MediaIsMarkedWithItsClassInBothFamilies) {
  io::EngineConfig config = test_config();
  config.dscp = 46;
  const auto engine = make(config);
  for (const bool v6 : {false, true}) {
    Call call(*engine, DtlsRole::client, every_profile(), v6);
    ASSERT_TRUE(call.establish());
    call.phone_rtp.tell_class();
    ASSERT_TRUE(call.to_phone(1));
    EXPECT_EQ(call.phone_rtp.traffic_class, 46 << 2);
  }
}

}  // namespace
}  // namespace media
