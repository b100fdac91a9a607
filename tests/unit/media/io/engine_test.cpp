// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "common/io/system_random.hpp"
#include "media/errc.hpp"
#include "media/io/engine_factory.hpp"
#include "media/rtp/header.hpp"
#include "tests/unit/media/io/peers.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

class Events final : public EventSink {
 public:
  void post(Event event) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    wake_.notify_all();
  }
  bool wait_for(Event::Kind kind, std::chrono::milliseconds timeout = 5000ms) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, timeout, [&] {
      return std::any_of(events_.begin(), events_.end(),
                         [&](const Event& event) { return event.kind == kind; });
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Event> events_;
};

/// A sink must outlive the engine, and a call of these tests does not.
Events& lasting_events() {
  static std::deque<Events> all;
  return all.emplace_back();
}

common::IpAddress address(const char* text) { return common::IpAddress::parse(text).value(); }

io::EngineConfig test_config() {
  // Ports of this process alone, so that test programs may run side by side.
  const auto base = static_cast<std::uint16_t>(20'000 + getpid() % 400 * 100);
  io::EngineConfig config;
  config.webrtc_port = base;
  config.webrtc_addresses = {{address("127.0.0.1"), address("127.0.0.1")},
                             {address("::1"), address("::1")}};
  config.core_addresses = config.webrtc_addresses;
  config.core_port_first = static_cast<std::uint16_t>(base + 10);
  config.core_port_last = static_cast<std::uint16_t>(base + 99);
  config.max_legs_per_worker = 64;
  config.handshake_retransmit = 50ms;
  return config;
}

Connection pcmu() {
  Connection connection;
  connection.payloads = {
      {111, 96, 48000, 48000, false}, {0, 0, 8000, 8000, false}, {126, 101, 48000, 8000, true}};
  return connection;
}

/// One call: a WebRTC peer and a plain RTP peer.
struct Call {
  Call(Engine& engine_used, DtlsRole peer_role, std::vector<srtp::Profile> profiles,
       bool v6 = false)
      : engine(engine_used),
        browser(peer_role, std::move(profiles), v6 ? "::1" : "127.0.0.1"),
        phone_rtp(v6 ? "::1" : "127.0.0.1"),
        phone_rtcp(v6 ? "::1" : "127.0.0.1"),
        id(engine.open_call(events).value()),
        webrtc(engine.open_webrtc_leg(id).value()),
        core(engine.open_rtp_leg(id, v6 ? AddressFamily::v6 : AddressFamily::v4).value()),
        w3(webrtc.candidates[v6 ? 1 : 0]) {
    EXPECT_TRUE(engine.set_remote(core.leg, {phone_rtp.endpoint(), phone_rtcp.endpoint(), false}));
    EXPECT_TRUE(engine.connect(webrtc.leg, core.leg, pcmu()));
  }

  bool establish() {
    EXPECT_TRUE(engine.set_remote(webrtc.leg, browser.description()));
    return browser.check(webrtc.ice, w3) && browser.handshake(webrtc.fingerprint, w3) &&
           events.wait_for(Event::Kind::connected);
  }

  std::optional<rtp::Header> to_phone(std::uint16_t sequence, std::uint8_t payload_type = 0,
                                      int timeout_ms = 2000, std::uint32_t ssrc = 0xb0b) {
    const Bytes packet = test::rtp_packet(ssrc, sequence, sequence * 160U, payload_type);
    browser.send_rtp(w3, packet);
    const auto got = phone_rtp.receive(timeout_ms);
    if (!got) return std::nullopt;
    EXPECT_TRUE(std::equal(got->begin() + 12, got->end(), packet.begin() + 12, packet.end()));
    return rtp::parse_header(*got);
  }
  std::optional<rtp::Header> to_browser(std::uint16_t sequence, std::uint8_t payload_type = 0,
                                        int timeout_ms = 2000, std::uint32_t ssrc = 0xcafe) {
    const Bytes packet = test::rtp_packet(ssrc, sequence, sequence * 160U, payload_type);
    phone_rtp.send(core.rtp, packet);
    const auto got = browser.receive(false, timeout_ms);
    if (!got) return std::nullopt;
    EXPECT_TRUE(std::equal(got->begin() + 12, got->end(), packet.begin() + 12, packet.end()));
    return rtp::parse_header(*got);
  }

  Engine& engine;
  Events& events = lasting_events();
  test::WebrtcPeer browser;
  test::UdpPeer phone_rtp;
  test::UdpPeer phone_rtcp;
  CallId id;
  WebrtcLocal webrtc;
  RtpLocal core;
  common::Endpoint w3;
};

std::vector<srtp::Profile> every_profile() {
  return {srtp::all_profiles.begin(), srtp::all_profiles.end()};
}

class EngineTest : public testing::Test {
 protected:
  std::unique_ptr<Engine> make(const io::EngineConfig& config) {
    return io::make_engine(config, random, metrics);
  }
  common::io::SystemRandom random;
  common::Metrics metrics;
};

TEST_F(EngineTest, RTP06_MED01_MediaFlowsBothWaysForEveryProfileRoleAndFamily) {
  for (const auto backend : {srtp::Backend::evp, srtp::Backend::libsrtp}) {
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

TEST_F(EngineTest, RTP10_RtcpIsSplitFromTheSharedPortAndJoinedAgain) {
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

TEST_F(EngineTest, RTP03_MED12_IceRestartAndAddressChangeKeepTheAssociation) {
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

TEST_F(EngineTest, SEC13_NothingPassesBeforeItsAddressIsValidated) {
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

TEST_F(EngineTest, SEC12_WrongFingerprintIsReportedAndNothingPasses) {
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

TEST_F(EngineTest, LatchingFollowsTheRealSourceOnlyWhereAsked) {
  const auto engine = make(test_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  const test::UdpPeer elsewhere;
  test::UdpPeer real;
  ASSERT_TRUE(
      engine->set_remote(call.core.leg, {elsewhere.endpoint(), elsewhere.endpoint(), true}));
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
    const bool ready = engine->set_remote(webrtc.leg, browser.description()).has_value() &&
                       engine->set_remote(core.leg, {phone.endpoint(), {}, false}).has_value() &&
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
