// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/unit/media/io/engine_fixture.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Call;
using test::EngineTest;
using test::Events;
using test::every_profile;
using test::lasting_events;
using test::pcmu;
using test::test_config;

class TableFolder {
 public:
  TableFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "media-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TableFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

class EngineRestart : public EngineTest, public testing::WithParamInterface<srtp::Profile> {};
INSTANTIATE_TEST_SUITE_P(All, EngineRestart, testing::ValuesIn(srtp::all_profiles),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST_P(EngineRestart, SoundGoesOnInASecondLifeWithoutAHandshake) {
  const TableFolder folder;
  io::EngineConfig config = test_config();
  config.table_directory = folder.path;
  auto engine = make(config);
  Call call(*engine, DtlsRole::client, {GetParam()});
  ASSERT_TRUE(call.establish());
  std::optional<rtp::Header> last;
  for (std::uint32_t i = 0; i < 100; ++i) {  // over a rollover of both sources
    const auto sequence = static_cast<std::uint16_t>(65500 + i);
    ASSERT_TRUE(last = call.to_phone(sequence));
    ASSERT_TRUE(call.to_browser(sequence));
  }
  struct stat status {};
  ASSERT_EQ(stat((folder.path / "media-0.table").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_THROW((void)make(config), std::runtime_error);  // the table is in use
  engine.reset();
  const auto second_life = make(config);
  ASSERT_EQ(second_life->restored_calls().size(), 1U);
  EXPECT_EQ(second_life->restored_calls()[0].call, call.id);
  EXPECT_EQ(second_life->restored_calls()[0].legs.size(), 2U);
  const auto next = call.to_phone(65500 + 100 - 65536);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->ssrc, last->ssrc);
  EXPECT_EQ(static_cast<std::uint16_t>(last->sequence + 1), next->sequence);
  EXPECT_TRUE(call.to_browser(65500 + 100 - 65536));
  EXPECT_TRUE(call.browser.check(call.webrtc.ice, call.w3));
  Events& events = lasting_events();
  ASSERT_TRUE(second_life->adopt_call(call.id, events));
  EXPECT_TRUE(second_life->restored_calls().empty());
  EXPECT_EQ(second_life->statistics(call.webrtc.leg)->received.packets, 101U);
  second_life->close_call(call.id);
  EXPECT_TRUE(call.phone_rtcp.receive());
}

TEST_F(EngineTest, SoundGoesOnAfterTheProcessWasKilled) {
  const TableFolder folder;
  io::EngineConfig config = test_config();
  config.table_directory = folder.path;
  // The child makes the engine and one call; what the parent must know of it comes by a pipe.
  int pipe_fds[2];
  ASSERT_EQ(pipe(pipe_fds), 0);
  test::WebrtcPeer browser(DtlsRole::client, every_profile());
  test::UdpPeer phone;
  const pid_t child = fork();
  if (child == 0) {
    common::Metrics child_metrics;
    const auto engine = io::make_engine(config, random, child_metrics);
    Events events;
    const CallId call = engine->open_call(events).value();
    const WebrtcLocal webrtc = engine->open_webrtc_leg(call).value();
    const RtpLocal core = engine->open_rtp_leg(call, AddressFamily::v4).value();
    const bool ready =
        engine->set_remote(webrtc.leg, browser.description()).has_value() &&
        engine->set_remote(core.leg, {phone.endpoint(), {}, media::Latch::off}).has_value() &&
        engine->connect(webrtc.leg, core.leg, pcmu()).has_value();
    const std::string told = webrtc.ice.ufrag + " " + webrtc.ice.password + " " +
                             webrtc.fingerprint.value + " " + core.rtp.to_string() + "\n";
    if (ready) (void)!write(pipe_fds[1], told.data(), told.size());
    for (;;) pause();
  }
  std::string told;
  for (char c = 0; read(pipe_fds[0], &c, 1) == 1 && c != '\n';) told.push_back(c);
  std::istringstream fields(told);
  IceCredentials ice;
  std::string hash;
  std::string core_text;
  fields >> ice.ufrag >> ice.password >> hash >> core_text;
  const auto core = common::Endpoint::parse(core_text).value();
  const common::Endpoint w3{address("127.0.0.1"), config.webrtc_port};
  ASSERT_TRUE(browser.check(ice, w3));
  ASSERT_TRUE(browser.handshake({"sha-256", hash}, w3));
  std::this_thread::sleep_for(50ms);
  browser.send_rtp(w3, test::rtp_packet(1, 65535, 0));
  ASSERT_TRUE(phone.receive());
  phone.send(core, test::rtp_packet(2, 65535, 0));
  ASSERT_TRUE(browser.receive());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(pipe_fds[0]);
  close(pipe_fds[1]);
  const auto engine = make(config);
  browser.send_rtp(w3, test::rtp_packet(1, 0, 160));
  EXPECT_TRUE(phone.receive());
  phone.send(core, test::rtp_packet(2, 0, 160));
  EXPECT_TRUE(browser.receive());
}

}  // namespace
}  // namespace media
