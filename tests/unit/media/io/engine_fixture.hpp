// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include <gtest/gtest.h>

#include "common/io/system_random.hpp"
#include "media/io/engine_factory.hpp"
#include "media/rtp/header.hpp"
#include "tests/unit/media/io/peers.hpp"

namespace test {

using media::AddressFamily;
using media::CallId;
using media::Connection;
using media::DtlsRole;
using media::Engine;
using media::Event;
using media::RtpLocal;
using media::WebrtcLocal;
namespace io = media::io;
namespace rtp = media::rtp;
namespace srtp = media::srtp;

class Events final : public media::EventSink {
 public:
  void post(Event event) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
    }
    wake_.notify_all();
  }
  bool wait_for(Event::Kind kind, std::chrono::milliseconds timeout = std::chrono::seconds(5)) {
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
inline Events& lasting_events() {
  static std::deque<Events> all;
  return all.emplace_back();
}

inline common::IpAddress address(const char* text) {
  return common::IpAddress::parse(text).value();
}

inline io::EngineConfig test_config() {
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
  config.handshake_retransmit = std::chrono::milliseconds(50);
  return config;
}

inline Connection pcmu() {
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
    EXPECT_TRUE(engine.set_remote(
        core.leg, {phone_rtp.endpoint(), phone_rtcp.endpoint(), media::Latch::off}));
    EXPECT_TRUE(engine.connect(webrtc.leg, core.leg, pcmu()));
  }

  bool establish() {
    EXPECT_TRUE(engine.set_remote(webrtc.leg, browser.description()));
    const bool checked = browser.check(webrtc.ice, w3);
    EXPECT_TRUE(checked);
    const bool done = checked && browser.handshake(webrtc.fingerprint, w3);
    if (checked && !done && browser.association->error() != nullptr) {
      ADD_FAILURE() << browser.association->error()->message();
    }
    return done && events.wait_for(Event::Kind::connected);
  }

  std::optional<rtp::Header> to_phone(std::uint16_t sequence, std::uint8_t payload_type = 0,
                                      int timeout_ms = 2000, std::uint32_t ssrc = 0xb0b) {
    const Bytes packet = rtp_packet(ssrc, sequence, sequence * 160U, payload_type);
    browser.send_rtp(w3, packet);
    const auto got = phone_rtp.receive(timeout_ms);
    if (!got) return std::nullopt;
    EXPECT_TRUE(std::equal(got->begin() + 12, got->end(), packet.begin() + 12, packet.end()));
    return rtp::parse_header(*got);
  }
  std::optional<rtp::Header> to_browser(std::uint16_t sequence, std::uint8_t payload_type = 0,
                                        int timeout_ms = 2000, std::uint32_t ssrc = 0xcafe) {
    const Bytes packet = rtp_packet(ssrc, sequence, sequence * 160U, payload_type);
    phone_rtp.send(core.rtp, packet);
    const auto got = browser.receive(false, timeout_ms);
    if (!got) return std::nullopt;
    EXPECT_TRUE(std::equal(got->begin() + 12, got->end(), packet.begin() + 12, packet.end()));
    return rtp::parse_header(*got);
  }

  Engine& engine;
  Events& events = lasting_events();
  WebrtcPeer browser;
  UdpPeer phone_rtp;
  UdpPeer phone_rtcp;
  CallId id;
  WebrtcLocal webrtc;
  RtpLocal core;
  common::Endpoint w3;
};

inline std::vector<srtp::Profile> every_profile() {
  return {srtp::all_profiles.begin(), srtp::all_profiles.end()};
}

/// A real engine with real sockets on loopback.
class EngineTest : public testing::Test {
 protected:
  std::unique_ptr<Engine> make(const io::EngineConfig& config) {
    return io::make_engine(config, random, metrics);
  }
  common::io::SystemRandom random;
  common::Metrics metrics;
};

}  // namespace test
