// SPDX-License-Identifier: Apache-2.0
// All core legs of a worker on one port pair, told apart by their peers' addresses.
#include <filesystem>
#include <thread>

#include "tests/unit/media/io/engine_fixture.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::Call;
using test::EngineTest;
using test::every_profile;

io::EngineConfig shared_config() {
  io::EngineConfig config = test::test_config();
  config.core_shared_port = true;
  return config;
}

TEST_F(EngineTest, SharedPort_EveryCallHearsItsOwnPeerInBothFamilies) {
  const auto engine = make(shared_config());
  Call first(*engine, DtlsRole::client, every_profile());
  Call second(*engine, DtlsRole::client, every_profile());
  Call sixth(*engine, DtlsRole::client, every_profile(), true);
  EXPECT_EQ(first.core.rtp, second.core.rtp);
  EXPECT_EQ(first.core.rtcp.port, first.core.rtp.port + 1);
  EXPECT_NE(sixth.core.rtp.address, first.core.rtp.address);
  for (Call* call : {&first, &second, &sixth}) ASSERT_TRUE(call->establish());
  for (std::uint16_t n = 1; n < 4; ++n) {
    for (Call* call : {&first, &second, &sixth}) {
      EXPECT_TRUE(call->to_phone(n));
      EXPECT_EQ(call->phone_rtp.from, call->core.rtp);
      EXPECT_TRUE(call->to_browser(n));
    }
  }
  EXPECT_EQ(engine->statistics(second.core.leg)->received.packets, 3U);
}

TEST_F(EngineTest, SharedPort_RtcpGoesByThePortBeside) {
  const auto engine = make(shared_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_browser(1));
  call.phone_rtcp.send(call.core.rtcp, test::sender_report(0xcafe, 160, 1, 1));
  EXPECT_TRUE(call.browser.receive(true));
  ASSERT_TRUE(call.to_phone(1));
  test::Bytes report = test::sender_report(0xb0b, 160, 1, 1);
  call.browser.send_rtcp(call.w3, report);
  ASSERT_TRUE(call.phone_rtcp.receive());
  EXPECT_EQ(call.phone_rtcp.from, call.core.rtcp);
}

TEST_F(EngineTest, SharedPort_SEC13_NobodyElseIsHeard) {
  const auto engine = make(shared_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  test::UdpPeer stranger;
  stranger.send(call.core.rtp, test::rtp_packet(1, 1, 160));
  EXPECT_FALSE(call.browser.receive(false, 100));
  EXPECT_TRUE(call.to_browser(1));
}

TEST_F(EngineTest, SharedPort_APeerThatIsAnothersIsToldAndTheFirstKeepsIt) {
  const auto engine = make(shared_config());
  Call first(*engine, DtlsRole::client, every_profile());
  Call second(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(first.establish());
  ASSERT_TRUE(engine->set_remote(
      second.core.leg, RtpRemote{first.phone_rtp.endpoint(), first.phone_rtcp.endpoint()}));
  EXPECT_TRUE(second.events.wait_for(Event::Kind::address_taken));
  EXPECT_TRUE(first.to_browser(1));
  // Once the first is gone the address is free.
  engine->close_call(first.id);
  ASSERT_TRUE(second.establish());
  ASSERT_TRUE(engine->set_remote(
      second.core.leg, RtpRemote{first.phone_rtp.endpoint(), first.phone_rtcp.endpoint()}));
  std::this_thread::sleep_for(20ms);
  first.phone_rtp.send(second.core.rtp, test::rtp_packet(0xcafe, 5, 800));
  EXPECT_TRUE(second.browser.receive(false));
}

TEST_F(EngineTest, SharedPort_SoundGoesOnInASecondLife) {
  std::string name = (std::filesystem::temp_directory_path() / "media-XXXXXX").string();
  io::EngineConfig config = shared_config();
  config.table_directory = mkdtemp(name.data());
  auto engine = make(config);
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_browser(1));
  engine.reset();
  const auto second_life = make(config);
  EXPECT_TRUE(call.to_browser(2));
  EXPECT_TRUE(call.to_phone(2));
  std::filesystem::remove_all(config.table_directory);
}

}  // namespace
}  // namespace media
