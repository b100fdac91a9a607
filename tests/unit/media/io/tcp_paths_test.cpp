// SPDX-License-Identifier: Apache-2.0
#include "media/io/tcp_paths.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <thread>

#include "tests/unit/media/io/engine_fixture.hpp"
#include "tests/unit/media/io/tcp_peer.hpp"

namespace media::io {
namespace {

using namespace std::chrono_literals;
using test::Bytes;
using test::Call;
using test::EngineTest;
using test::every_profile;
using test::TcpPeer;

using EngineTcpTest = EngineTest;

EngineConfig tcp_engine_config() {
  EngineConfig config = test::test_config();
  config.ice_tcp_port = config.webrtc_port;
  return config;
}

TEST_F(EngineTcpTest, RFC6544_ACallWhoseBrowserHasTcpAlone) {
  const auto engine = make(tcp_engine_config());
  for (const DtlsRole role : {DtlsRole::client, DtlsRole::server}) {
    Call call(*engine, role, every_profile());
    ASSERT_EQ(call.webrtc.tcp_candidates.size(), 2U);
    call.w3 = call.webrtc.tcp_candidates[0];
    call.browser.udp = std::make_unique<TcpPeer>();
    ASSERT_TRUE(call.establish());
    for (std::uint16_t i = 0; i < 100; ++i) {
      ASSERT_TRUE(call.to_phone(i)) << i;
      ASSERT_TRUE(call.to_browser(i)) << i;
    }
    EXPECT_EQ(engine->statistics(call.webrtc.leg)->remote, call.browser.udp->endpoint());
    engine->close_call(call.id);
  }
}

TEST_F(EngineTcpTest, RFC6544_ACallThatMovesFromUdpToTcpKeepsItsKeys) {
  const auto engine = make(tcp_engine_config());
  Call call(*engine, DtlsRole::client, every_profile());
  ASSERT_TRUE(call.establish());
  ASSERT_TRUE(call.to_phone(1));
  call.w3 = call.webrtc.tcp_candidates[0];
  call.browser.udp = std::make_unique<TcpPeer>();
  ASSERT_TRUE(call.browser.check(call.webrtc.ice, call.w3));
  EXPECT_TRUE(call.to_phone(2));
  EXPECT_TRUE(call.to_browser(2));
}

TEST_F(EngineTcpTest, WithoutAPortThereIsNoTcpCandidate) {
  const auto engine = make(test::test_config());
  const CallId call = engine->open_call(test::lasting_events()).value();
  EXPECT_TRUE(engine->open_webrtc_leg(call)->tcp_candidates.empty());
}

/// Paths on a port of their own; the test is the worker.
class TcpPathsTest : public testing::Test {
 protected:
  explicit TcpPathsTest() { config.most_connections = 3; }

  TcpPaths& paths() {
    if (!paths_) {
      std::vector<Descriptor> listeners;
      listeners.push_back(listen_tcp(at).value());
      paths_ = std::make_unique<TcpPaths>(std::move(listeners), config, [this](const auto& path) {
        return std::find(known.begin(), known.end(), path) != known.end();
      });
    }
    return *paths_;
  }
  /// Runs until `count` more packets have come, or nothing comes for a while.
  void run(std::size_t count = 1) {
    const std::size_t wanted = got.size() + count;
    for (int i = 0; i < 40 && got.size() < wanted; ++i) {
      pollfd wait{paths().descriptor(), POLLIN, 0};
      if (poll(&wait, 1, i < 3 ? 100 : 2) != 1) continue;
      paths().receive(now, [this](const ice::Path& path, std::span<const std::byte> packet) {
        got.emplace_back(path, Bytes(packet.begin(), packet.end()));
      });
    }
  }
  std::unique_ptr<TcpPeer> connected() {
    paths();
    auto peer = std::make_unique<TcpPeer>();
    peer->send(at, Bytes(20));
    run();
    return peer;
  }
  [[nodiscard]] static ice::Path path_of(const TcpPeer& peer) {
    return {TcpPaths::first_socket, peer.endpoint()};
  }

  TcpPathsConfig config;
  common::Endpoint at{test::address("127.0.0.1"),
                      static_cast<std::uint16_t>(test::test_config().webrtc_port + 5)};
  common::TimePoint now = common::SteadyClock::now();
  std::vector<ice::Path> known;
  std::vector<std::pair<ice::Path, Bytes>> got;

 private:
  std::unique_ptr<TcpPaths> paths_;
};

TEST_F(TcpPathsTest, PacketsGoBothWaysByThePathOfTheConnection) {
  const auto peer = connected();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0], std::pair(path_of(*peer), Bytes(20)));
  EXPECT_TRUE(paths().send(path_of(*peer), Bytes(33)));
  EXPECT_EQ(peer->receive(), Bytes(33));
  EXPECT_FALSE(paths().send({TcpPaths::first_socket + 1, peer->endpoint()}, Bytes(33)));
}

TEST_F(TcpPathsTest, StrangersAreClosedAndCallersStay) {
  const auto stranger = connected();
  const auto caller = connected();
  known = {path_of(*caller)};
  now += 9s;
  paths().handle_timeout(now);
  EXPECT_EQ(paths().size(), 2U);
  now += 2s;
  paths().handle_timeout(now);
  EXPECT_EQ(paths().size(), 1U);
  EXPECT_EQ(paths().counters().strangers, 1U);
  EXPECT_FALSE(stranger->receive());
  EXPECT_TRUE(stranger->closed);
  EXPECT_TRUE(paths().send(path_of(*caller), Bytes(5)));
  known.clear();  // its call has ended
  now += 11s;
  paths().handle_timeout(now);
  EXPECT_EQ(paths().size(), 0U);
}

TEST_F(TcpPathsTest, WhoSaysNothingMakesRoomForOthersAndCallersDoNot) {
  const auto oldest = connected();
  now += 1s;
  const auto younger = connected();
  const auto caller = connected();
  known = {path_of(*caller)};
  const auto next = connected();
  EXPECT_EQ(paths().size(), 3U);
  EXPECT_EQ(paths().counters().strangers, 1U);
  EXPECT_FALSE(oldest->receive());
  EXPECT_TRUE(oldest->closed);
  known = {path_of(*caller), path_of(*younger), path_of(*next)};
  const auto refused = connected();
  EXPECT_EQ(paths().counters().refused, 1U);
  EXPECT_FALSE(refused->receive());
  EXPECT_TRUE(refused->closed);
}

TEST_F(TcpPathsTest, WhatIsNoFramingEndsTheConnection) {
  const auto peer = connected();
  const Bytes http{std::byte{'G'}, std::byte{'E'}, std::byte{'T'}, std::byte{' '}};
  peer->send_raw(http);
  run();
  EXPECT_EQ(paths().counters().broken, 1U);
  EXPECT_EQ(paths().size(), 0U);
  EXPECT_FALSE(peer->receive());
  EXPECT_TRUE(peer->closed);
}

TEST_F(TcpPathsTest, APeerThatReadsNothingLosesPacketsAndNotTheirFraming) {
  const auto peer = connected();
  const ice::Path path = path_of(*peer);
  std::vector<Bytes> taken;
  std::size_t lost = 0;
  // Far more than both kernels' buffers take.
  for (unsigned i = 0; i < 20'000; ++i) {
    Bytes packet(1000, static_cast<std::byte>(i & 0xffU));
    if (paths().send(path, packet)) {
      taken.push_back(std::move(packet));
    } else {
      ++lost;
    }
  }
  ASSERT_GT(lost, 0U);
  std::thread reader([&] {
    for (const Bytes& packet : taken) {
      const auto received = peer->receive();
      ASSERT_TRUE(received);
      ASSERT_EQ(*received, packet);
    }
  });
  run();  // writes what waits
  reader.join();
  EXPECT_TRUE(paths().send(path, Bytes(7)));
  EXPECT_EQ(peer->receive(), Bytes(7));
}

TEST_F(TcpPathsTest, WithoutDescriptorsItPausesAndGoesOnLater) {
  paths();
  TcpPeer peer;
  peer.send(at, Bytes(20));
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const Descriptor lowest_free(::dup(0));
  rlimit none = before;
  none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
  setrlimit(RLIMIT_NOFILE, &none);
  run();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(paths().size(), 0U);
  pollfd wait{paths().descriptor(), POLLIN, 0};
  EXPECT_EQ(poll(&wait, 1, 0), 0) << "it would be woken again and again";
  paths().handle_timeout(now);
  run();
  EXPECT_EQ(paths().size(), 1U);
  EXPECT_EQ(got.size(), 1U);
}

TEST_F(TcpPathsTest, APeerThatIsGoneIsForgotten) {
  auto peer = connected();
  peer.reset();
  run();
  EXPECT_EQ(paths().size(), 0U);
}

}  // namespace
}  // namespace media::io
