// SPDX-License-Identifier: Apache-2.0
#include "media/relay/hub.hpp"

#include <gtest/gtest.h>

#include "media/ice/stun.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

constexpr common::TimePoint t0{1000s};
constexpr std::size_t capacity = 8;

common::Endpoint endpoint(const char* text) { return common::Endpoint::parse(text).value(); }

WebrtcRemote browser() {
  WebrtcRemote remote;
  remote.ice = {"peer", "0123456789012345678901"};
  remote.fingerprints = {{"sha-256", "AA:BB"}};
  return remote;
}

dtls::SrtpKeys some_keys() {
  dtls::SrtpKeys keys;
  keys.local.key.fill(1);
  keys.remote.key.fill(2);
  return keys;
}

/// W3 legs in slots 0 and 2, a core leg in slot 1, which is joined with slot 0.
class HubTest : public testing::Test {
 protected:
  void open(std::uint32_t slot, const char* ufrag) {
    ice::Credentials local;
    local.ufrag.assign(ufrag);
    local.password.assign("password");
    hub->open_webrtc_leg(t0, slot, {id(slot), CallId{1}, 10 + slot, 1, 1, "cname"}, local);
  }
  void open_call(bool feedback = false) {
    open(0, "one");
    hub->open_rtp_leg(t0, 1, {id(1), CallId{1}, 11, 1, 1, "cname"}, {}, {});
    hub->set_remote(t0, 1, id(1), RtpRemote{phone, rtcp_of_phone, Latch::off});
    Connection connection;
    connection.payloads = {{0, 8, 8000, 8000, false}};
    if (feedback) connection.second_feedback = full_feedback;
    hub->connect(t0, 0, 1, connection);
  }
  /// A second life over the same table.
  void restart(common::TimePoint now) {
    hub = std::make_unique<Hub>(HubConfig{}, table);
    for (std::uint32_t slot = 0; slot < capacity; ++slot) {
      if (table.leg(slot).leg_id != 0) hub->restore_leg(now, slot);
    }
    hub->connect_restored();
  }
  Action webrtc(common::TimePoint now, const common::Endpoint& from, Bytes bytes) {
    bytes.resize(bytes.size() + 64);
    last = std::move(bytes);
    relay::Datagram datagram;
    datagram.data = last.data();
    datagram.size = static_cast<std::uint32_t>(last.size() - 64);
    datagram.room = static_cast<std::uint32_t>(last.size());
    datagram.remote = from;
    hub->handle_webrtc(now, std::span(&datagram, 1));
    sent_to = datagram.remote;
    return datagram.action;
  }
  Action core(common::TimePoint now, Bytes bytes) {
    bytes.resize(bytes.size() + 64);
    last = std::move(bytes);
    relay::Datagram datagram;
    datagram.data = last.data();
    datagram.size = static_cast<std::uint32_t>(last.size() - 64);
    datagram.room = static_cast<std::uint32_t>(last.size());
    datagram.remote = phone;
    hub->handle_core(now, 1, std::span(&datagram, 1));
    sent_to = datagram.remote;
    return datagram.action;
  }
  Action check(common::TimePoint now, const char* ufrag, const common::Endpoint& from) {
    Bytes bytes(200);
    ice::StunWriter writer(bytes, ice::StunClass::request, {});
    writer.username(std::string(ufrag) + ":peer");
    writer.use_candidate();
    const auto request = writer.finish("password");
    return webrtc(now, from, Bytes(request.begin(), request.end()));
  }
  static LegId id(std::uint32_t slot) { return LegId{1ULL << 32U | slot}; }
  std::uint64_t dropped(DropReason reason) const {
    return hub->counters().dropped[static_cast<std::size_t>(reason)];
  }

  std::vector<std::byte> memory = std::vector<std::byte>(table::CallTable::size_for(capacity));
  table::CallTable table{memory, capacity, 7500};
  std::unique_ptr<Hub> hub = std::make_unique<Hub>(HubConfig{}, table);
  common::Endpoint laptop = endpoint("192.0.2.1:1000");
  common::Endpoint phone = endpoint("198.51.100.1:2000");
  common::Endpoint rtcp_of_phone = endpoint("198.51.100.1:2001");
  common::Endpoint sent_to;
  Bytes last;
};

TEST_F(HubTest, C127_SEC13_DtlsFromAnUnvalidatedAddressIsDropped) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  const Bytes hello{std::byte{22}, std::byte{254}, std::byte{253}};
  EXPECT_EQ(webrtc(t0, laptop, hello), Action::drop);
  EXPECT_EQ(dropped(DropReason::unknown_source), 1U);
  EXPECT_FALSE(hub->poll_handshake());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  EXPECT_TRUE(hub->poll_handshake());
  EXPECT_EQ(webrtc(t0, laptop, hello), Action::handshake);
}

TEST_F(HubTest, C127_SEC13_NothingPassesBeforeTheKeys) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  EXPECT_EQ(webrtc(t0, laptop, test::rtp_packet(1, 1, 1)), Action::drop);
  EXPECT_EQ(dropped(DropReason::not_keyed), 1U);
  EXPECT_EQ(core(t0, test::rtp_packet(2, 1, 1, 8)), Action::drop);
  hub->handshake_done(t0, 0, id(0), 1, some_keys());
  EXPECT_EQ(core(t0, test::rtp_packet(2, 2, 1, 8)), Action::send_shared);
  EXPECT_EQ(sent_to, laptop);
}

TEST_F(HubTest, SEC12_KeysOfAnAssociationThatWasReplacedAreIgnored) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  WebrtcRemote other = browser();
  other.fingerprints[0].value = "CC:DD";
  hub->set_remote(t0, 0, id(0), other);
  hub->handshake_done(t0, 0, id(0), 1, some_keys());
  EXPECT_EQ(core(t0, test::rtp_packet(2, 1, 1, 8)), Action::drop);
  hub->handshake_done(t0, 0, id(0), 2, some_keys());
  EXPECT_EQ(core(t0, test::rtp_packet(2, 2, 1, 8)), Action::send_shared);
}

TEST_F(HubTest, RTP06_LegRestoredWithoutKeysBeginsItsHandshakeAnew) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  restart(t0 + 1s);
  const Bytes hello{std::byte{22}, std::byte{254}, std::byte{253}};
  (void)webrtc(t0 + 1s, laptop, hello);
  const auto start = hub->poll_handshake();
  ASSERT_TRUE(start);
  EXPECT_EQ(start->first_datagram, hello);
  restart(t0 + 2s);  // as DTLS client it is ours to begin: the peer's next check shows it is there
  ASSERT_EQ(check(t0 + 2s, "one", laptop), Action::send_shared);
  EXPECT_TRUE(hub->poll_handshake());
}

TEST_F(HubTest, SEC13_AddressThatAnotherLegUsedInTheMeantimeComesBackByACheck) {
  open_call();
  open(2, "two");
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  hub->handshake_done(t0, 0, id(0), 0, some_keys());
  EXPECT_EQ(check(t0 + 1s, "two", laptop), Action::drop);  // still the first one's
  EXPECT_EQ(dropped(DropReason::path_in_use), 1U);
  ASSERT_EQ(check(t0 + 16s, "two", laptop), Action::send_shared);
  ASSERT_EQ(check(t0 + 32s, "one", laptop), Action::send_shared);
  (void)webrtc(t0 + 32s, laptop, test::rtp_packet(1, 1, 1));
  EXPECT_EQ(dropped(DropReason::unauthenticated) + dropped(DropReason::malformed), 1U);
  EXPECT_EQ(dropped(DropReason::not_keyed), 0U);
}

TEST_F(HubTest, SEC14_StrangersGetNoAnswer) {
  open_call();
  EXPECT_EQ(check(t0, "nobody", laptop), Action::drop);
  Bytes bytes(200);
  ice::StunWriter writer(bytes, ice::StunClass::request, {});
  const auto request = writer.finish({});
  EXPECT_EQ(webrtc(t0, laptop, Bytes(request.begin(), request.end())), Action::drop);
  EXPECT_EQ(dropped(DropReason::unknown_ufrag), 2U);
}

TEST_F(HubTest, RTP05_MED22_NothingIsSentAfterConsentEndedUntilTheNextCheck) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  hub->handshake_done(t0, 0, id(0), 1, some_keys());
  (void)hub->poll_event();
  ASSERT_EQ(check(t0 + 29s, "one", laptop), Action::send_shared);
  for (int i = 0; i < 8; ++i) hub->handle_timeout(t0 + 58s + i * 125ms);
  EXPECT_FALSE(hub->poll_event());
  for (int i = 0; i < 8; ++i) hub->handle_timeout(t0 + 59s + i * 125ms);
  const auto event = hub->poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::Kind::consent_lost);
  EXPECT_EQ(core(t0 + 60s, test::rtp_packet(2, 1, 1, 8)), Action::drop);
  ASSERT_EQ(check(t0 + 61s, "one", laptop), Action::send_shared);
  EXPECT_EQ(core(t0 + 61s, test::rtp_packet(2, 2, 1, 8)), Action::send_shared);
}

TEST_F(HubTest, RTP16_ExtensionsDoNotReachTheBrowserOrTheCore) {
  open_call();
  hub->set_remote(t0, 0, id(0), browser());
  ASSERT_EQ(check(t0, "one", laptop), Action::send_shared);
  hub->handshake_done(t0, 0, id(0), 1, some_keys());
  Bytes packet = test::rtp_packet(2, 1, 1, 8, 40);
  packet[0] = std::byte{0x90};
  store16(packet, 12, 0xbede);
  store16(packet, 14, 1);
  ASSERT_EQ(core(t0, packet), Action::send_shared);
  const Bytes sealed(last.begin() + 8, last.end());  // the packet moved by the extension's size
  EXPECT_EQ(load8(sealed, 0), 0x80);
}

}  // namespace
}  // namespace media::relay
