// SPDX-License-Identifier: Apache-2.0
// What must hold before media passes: validated addresses, the right certificate, keys.
#include <thread>

#include "tests/unit/media/io/engine_fixture.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Call;
using test::EngineTest;
using test::every_profile;
using test::pcmu;
using test::test_config;

TEST_F(EngineTest, C110_RTP03_MED10_MED12_IceRestartAndAddressChangeKeepTheAssociation) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_phone(1) && call.to_browser(1));
  const auto fresh = engine->restart_ice(call.webrtc.leg);
  ASSERT_TRUE(fresh);
  call.browser.ice.ufrag = "peer2";
  ASSERT_TRUE(engine->set_remote(call.webrtc.leg, call.browser.description()));
  EXPECT_TRUE(call.to_phone(2) && call.to_browser(2));  // the old path still carries
  auto old_socket = std::move(call.browser.udp);
  call.browser.udp = std::make_unique<test::UdpPeer>();
  ASSERT_TRUE(call.browser.check(*fresh, call.w3));
  EXPECT_TRUE(call.to_phone(3) && call.to_browser(3));  // the new one with the old keys
  EXPECT_EQ(engine->statistics(call.webrtc.leg)->remote, call.browser.udp->endpoint());
}

TEST_F(EngineTest, C127_SEC13_NothingPassesBeforeItsAddressIsValidated) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_phone(1));
  auto validated = std::move(call.browser.udp);
  call.browser.udp = std::make_unique<test::UdpPeer>();  // right keys, unknown address
  EXPECT_FALSE(call.to_phone(2, 0, 100));
  IceCredentials wrong = call.webrtc.ice;
  wrong.password = "0123456789012345678901";
  EXPECT_FALSE(call.browser.check(wrong, call.w3));
  EXPECT_FALSE(call.to_phone(3, 0, 100));
  ASSERT_TRUE(call.browser.check(call.webrtc.ice, call.w3));
  EXPECT_TRUE(call.to_phone(4));
}

TEST_F(EngineTest, SEC14_UnknownUfragGetsNoAnswer) {
  const auto engine = make(test_config());
  test::WebrtcPeer stranger(DtlsRole::client, every_profile());
  EXPECT_FALSE(stranger.check({"nobody", "0123456789012345678901"},
                              {address("127.0.0.1"), test_config().webrtc_port}));
}

TEST_F(EngineTest, C111_SEC12_WrongFingerprintIsReportedAndNothingPasses) {
  const auto engine = make(test_config());
  for (const DtlsRole role : {DtlsRole::client, DtlsRole::server}) {
    Call call(*engine, role, every_profile());
    WebrtcRemote lie = call.browser.description();
    lie.fingerprints[0].value.replace(0, 2,
                                      lie.fingerprints[0].value.starts_with("00") ? "11" : "00");
    ASSERT_TRUE(engine->set_remote(call.webrtc.leg, lie));
    ASSERT_TRUE(call.browser.check(call.webrtc.ice, call.w3));
    (void)call.browser.handshake(call.webrtc.fingerprint, call.w3);
    EXPECT_TRUE(call.events.wait_for(Event::Kind::dtls_failed));
    EXPECT_FALSE(engine->statistics(call.webrtc.leg)->secure);
    EXPECT_FALSE(call.to_browser(1, 0, 100));
    engine->close_call(call.id);
  }
}

TEST_F(EngineTest, MED10_NewFingerprintMeansANewAssociation) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_phone(1));
  test::WebrtcPeer reloaded(DtlsRole::client, {srtp::Profile::aes128_cm_sha1_80});
  ASSERT_TRUE(engine->set_remote(call.webrtc.leg, reloaded.description()));
  ASSERT_TRUE(reloaded.check(call.webrtc.ice, call.w3));
  ASSERT_TRUE(reloaded.handshake(call.webrtc.fingerprint, call.w3));
  std::this_thread::sleep_for(50ms);  // the worker takes the keys after the peer has them
  reloaded.send_rtp(call.w3, test::rtp_packet(5, 1, 1));
  EXPECT_TRUE(call.phone_rtp.receive());
}

TEST_F(EngineTest, MED24_HelloBeforeTheAnswerInSignallingIsKept) {
  io::EngineConfig config = test_config();
  const auto engine = make(config);
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.browser.check(call.webrtc.ice, call.w3));  // no set_remote yet
  std::thread late([&] {
    std::this_thread::sleep_for(100ms);
    EXPECT_TRUE(engine->set_remote(call.webrtc.leg, call.browser.description()));
  });
  EXPECT_TRUE(call.browser.handshake(call.webrtc.fingerprint, call.w3));
  late.join();
  EXPECT_TRUE(call.events.wait_for(Event::Kind::connected));
}

}  // namespace
}  // namespace media
