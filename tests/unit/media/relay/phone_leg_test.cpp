// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gtest/gtest.h>

#include "media/relay/hub.hpp"
#include "media/rtp/octets.hpp"
#include "media/table/counters.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

constexpr common::TimePoint t0{1000s};

common::Endpoint endpoint(const char* text) { return common::Endpoint::parse(text).value(); }
LegId id(std::uint32_t slot) { return LegId{1ULL << 32U | slot}; }

/// A phone's leg in slot 0, joined with a core leg in slot 1, on virtual time.
class PhoneLeg : public testing::Test {
 protected:
  explicit PhoneLeg(HubConfig config = {}) : hub(config, table) {
    hub.open_rtp_leg(t0, 0, {id(0), CallId{1}, 10, 1, 1, "cname"}, {}, {}, true);
    hub.open_rtp_leg(t0, 1, {id(1), CallId{1}, 11, 1, 1, "cname"}, {}, {});
    hub.set_remote(t0, 1, id(1), RtpRemote{core, core_rtcp});
    Connection connection;
    connection.payloads = {{8, 8, 8000, 8000, false}};
    connection.first_feedback = {};
    hub.connect(t0, 0, 1, connection);
  }
  Action receive(common::TimePoint now, std::uint32_t slot, const common::Endpoint& from,
                 Bytes bytes, bool rtcp_port = false) {
    const auto size = static_cast<std::uint32_t>(bytes.size());
    bytes.resize(1500);
    last = std::move(bytes);
    Datagram datagram;
    datagram.data = last.data();
    datagram.size = size;
    datagram.room = static_cast<std::uint32_t>(last.size());
    datagram.rtcp_port = rtcp_port;
    datagram.remote = from;
    hub.handle_core(now, slot, std::span(&datagram, 1));
    sent_to = datagram.remote;
    return datagram.action;
  }
  Action from_phone(common::TimePoint now, const common::Endpoint& from) {
    ++sequence;
    return receive(now, 0, from, test::rtp_packet(1, sequence, sequence * 160U, 8));
  }
  Action from_core(common::TimePoint now) {
    ++core_sequence;
    return receive(now, 1, core, test::rtp_packet(2, core_sequence, core_sequence * 160U, 8));
  }
  /// All sweeps until then; the datagrams of ours in between.
  std::vector<OwnedDatagram> run_until(common::TimePoint& now, common::TimePoint end,
                                       bool phone_talks = false) {
    std::vector<OwnedDatagram> out;
    for (; now < end; now += 20ms) {
      from_core(now);
      if (phone_talks) from_phone(now, phone);
      hub.handle_timeout(now);
      while (auto datagram = hub.poll_transmit()) out.push_back(std::move(*datagram));
    }
    return out;
  }
  std::uint64_t foreign() const {
    return hub.counters().dropped[static_cast<std::size_t>(DropReason::foreign_source)];
  }

  std::vector<std::byte> memory = std::vector<std::byte>(table::CallTable::size_for(4));
  table::CallTable table{memory, 4, 7500};
  common::Endpoint core = endpoint("198.51.100.1:2000");
  common::Endpoint core_rtcp = endpoint("198.51.100.1:2001");
  common::Endpoint phone = endpoint("192.0.2.9:4000");
  common::Endpoint rebound = endpoint("192.0.2.9:4711");
  common::Endpoint thief = endpoint("192.0.2.66:4000");
  common::Endpoint sent_to;
  Hub hub;
  Bytes last;
  std::uint16_t sequence = 0;
  std::uint16_t core_sequence = 0;
};

RtpRemote remote(const common::Endpoint& rtp, Latch latch) {
  RtpRemote out{rtp, {}};
  out.latch = latch;
  return out;
}

TEST_F(PhoneLeg, SEC13_OnlyTheSignalledHostIsFollowed) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  EXPECT_EQ(from_phone(t0, thief), Action::drop);
  EXPECT_EQ(foreign(), 1U);
  EXPECT_EQ(from_phone(t0, rebound), Action::send_rtp);  // its NAT's port
  ASSERT_EQ(from_core(t0), Action::send_rtp);
  EXPECT_EQ(sent_to, rebound);
  EXPECT_EQ(from_phone(t0, phone), Action::drop);  // latched: another port is foreign
}

TEST_F(PhoneLeg, SEC13_BehindNatTheFlowsSourceCounts) {
  RtpRemote nat = remote(endpoint("10.0.0.7:4000"), Latch::host);
  nat.observed = phone.address;
  hub.set_remote(t0, 0, id(0), nat);
  EXPECT_EQ(from_phone(t0, thief), Action::drop);
  EXPECT_EQ(from_phone(t0, rebound), Action::send_rtp);
}

TEST_F(PhoneLeg, SEC13_WithoutLatchingOnlyTheSignalledAddressCounts) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::off));
  EXPECT_EQ(from_phone(t0, rebound), Action::drop);
  EXPECT_EQ(from_phone(t0, phone), Action::send_rtp);
}

TEST_F(PhoneLeg, MED_NatRebindingIsFollowedOnceTheOldPortIsSilent) {
  RtpRemote moving = remote(phone, Latch::host);
  moving.relatch = true;
  hub.set_remote(t0, 0, id(0), moving);
  ASSERT_EQ(from_phone(t0, phone), Action::send_rtp);
  EXPECT_EQ(from_phone(t0 + 20ms, rebound), Action::drop);
  EXPECT_EQ(from_phone(t0 + 3s, thief), Action::drop);
  EXPECT_EQ(from_phone(t0 + 3s, rebound), Action::send_rtp);
  ASSERT_EQ(from_core(t0 + 3s), Action::send_rtp);
  EXPECT_EQ(sent_to, rebound);
}

TEST_F(PhoneLeg, SEC13_SecuredLegFollowsOnlyAuthenticPackets) {
  RtpRemote secured = remote(phone, Latch::any);
  secured.sdes = SdesKeys{"AEAD_AES_128_GCM", std::vector<std::uint8_t>(28, 1),
                          std::vector<std::uint8_t>(28, 2)};
  hub.set_remote(t0, 0, id(0), secured);
  EXPECT_EQ(from_phone(t0, thief), Action::drop);
  ASSERT_EQ(from_core(t0), Action::send_rtp);
  EXPECT_EQ(sent_to, phone);
}

TEST_F(PhoneLeg, RTP12_ReportsAreMadeWhereTheFarSideSendsNone) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  common::TimePoint now = t0;
  std::vector<OwnedDatagram> reports = run_until(now, t0 + 7s, true);
  ASSERT_GE(reports.size(), 2U);  // one to each side
  for (const OwnedDatagram& report : reports) {
    ASSERT_EQ(report.action, Action::send_rtcp);
    EXPECT_EQ(load8(report.bytes, 1), 200);
    EXPECT_EQ(load8(report.bytes, 0), 0x81);
    EXPECT_EQ(load32(report.bytes, 4), 10U + report.slot);
    EXPECT_EQ(load8(report.bytes, 32), 0);  // nothing lost
    EXPECT_EQ(load8(report.bytes, 53), 202);
  }
  EXPECT_GT(hub.counters().own_reports, 0U);
}

TEST_F(PhoneLeg, RTP12_NoReportsOfOursWhileTheFarSidesPass) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  common::TimePoint now = t0;
  for (int i = 0; i < 5; ++i) {
    for (const OwnedDatagram& report : run_until(now, now + 2s, true)) {
      EXPECT_NE(report.slot, 0U) << "to the phone, which has the core's";
    }
    receive(now, 1, core_rtcp, test::sender_report(2, 100, 10, 1), true);
  }
}

TEST_F(PhoneLeg, MED_QualityAndRoundTripAreKnown) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  common::TimePoint now = t0;
  run_until(now, t0 + 2s, true);
  sequence = static_cast<std::uint16_t>(sequence + 20);  // lost
  const auto reports = run_until(now, t0 + 8s, true);
  const auto to_phone = std::find_if(reports.begin(), reports.end(),
                                     [](const auto& report) { return report.slot == 0; });
  ASSERT_NE(to_phone, reports.end());
  // The phone answers the report it got, 100 ms after it came, 200 ms after it was sent.
  Bytes answer = test::sender_report(1, 100, 10, sequence);
  store32(answer, 44, load32(to_phone->bytes, 10));
  store32(answer, 48, 6554);
  const auto figures = [&] {
    return table::read_statistics(table.leg(0), id(0)).value_or(LegStatistics{});
  };
  const auto sent_at = now;
  receive(now, 0, endpoint("192.0.2.9:4001"), answer, true);
  run_until(now, now + 2s, true);
  ASSERT_TRUE(figures().incoming);
  EXPECT_GT(figures().incoming->loss, 0.01);
  EXPECT_LT(figures().incoming->loss, 0.2);
  EXPECT_LT(figures().incoming->mos, 4.4);
  ASSERT_TRUE(figures().outgoing);
  ASSERT_TRUE(figures().round_trip);
  EXPECT_GT(*figures().round_trip, 0us);
  EXPECT_LT(*figures().round_trip, sent_at - t0);
}

TEST_F(PhoneLeg, MED_OneWaySoundIsToldOnce) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  common::TimePoint now = t0;
  run_until(now, t0 + 20s);
  EXPECT_EQ(hub.counters().one_way, 1U);
  const auto event = hub.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::Kind::one_way);
  EXPECT_EQ(event->leg, id(0));
  EXPECT_TRUE(table::read_statistics(table.leg(0), id(0))->one_way);
  run_until(now, t0 + 23s, true);
  EXPECT_FALSE(table::read_statistics(table.leg(0), id(0))->one_way);
}

TEST_F(PhoneLeg, RFC5168_UnmetKeyframeWishIsTold) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::host));
  from_phone(t0, phone);
  from_core(t0);
  Bytes pli(12);
  store8(pli, 0, 0x81);
  store8(pli, 1, 206);
  store16(pli, 2, 2);
  store32(pli, 8, 11);  // our stream to the core
  EXPECT_EQ(receive(t0, 1, core_rtcp, pli, true), Action::drop);
  const auto event = hub.poll_event();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, Event::Kind::keyframe_wanted);
  EXPECT_EQ(event->leg, id(0));
}

/// A video leg toward a phone that asks for what it misses.
Bytes nack(std::uint32_t media, std::uint16_t first) {
  Bytes packet(16);
  store8(packet, 0, 0x81);
  store8(packet, 1, 205);
  store16(packet, 2, 3);
  store32(packet, 4, 1);
  store32(packet, 8, media);
  store16(packet, 12, first);
  return packet;
}

TEST_F(PhoneLeg, RTP11_LostVideoIsSentAgainFromHere) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::off));
  Connection video;
  video.payloads = {{96, 96, 90'000, 90'000, false}};
  video.first_feedback = {.nack = true, .pli = true, .fir = false};
  hub.connect(t0, 0, 1, video);
  ASSERT_EQ(receive(t0, 1, core, test::rtp_packet(2, 500, 9000, 96)), Action::send_rtp);
  const Bytes sent(last.begin(), last.begin() + 172);
  const std::uint16_t number = load16(sent, 2);
  EXPECT_EQ(receive(t0 + 30ms, 0, phone, nack(10, number)), Action::drop);
  const auto again = hub.poll_transmit();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes, sent);
  EXPECT_EQ(again->remote, phone);
  EXPECT_FALSE(hub.poll_transmit());
  EXPECT_EQ(hub.counters().repeated, 1U);
  receive(t0 + 60ms, 0, phone, nack(10, static_cast<std::uint16_t>(number + 1)));
  EXPECT_FALSE(hub.poll_transmit());  // never sent
  hub.connect(t0, 0, 1, Connection{.payloads = {{8, 8, 8000, 8000, false}}});
  receive(t0 + 90ms, 0, phone, nack(10, number));
  EXPECT_FALSE(hub.poll_transmit());
}

TEST_F(PhoneLeg, MED35_DigitsAreSaidByEventsAndTheSoundWaits) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::off));
  hub.connect(t0, 0, 1,
              Connection{.payloads = {{8, 8, 8000, 8000, false}, {101, 101, 8000, 8000, true}}});
  auto now = t0;
  ASSERT_EQ(from_core(now), Action::send_rtp);
  const auto before = rtp::parse_header(last).value();
  hub.send_digit(now, 0, id(0), {5, 80ms});
  hub.send_digit(now, 0, id(0), {11, 40ms});
  std::vector<OwnedDatagram> sent;
  std::size_t held = 0;
  for (; now < t0 + 600ms; now += 20ms) {
    hub.handle_timeout(now);
    while (auto datagram = hub.poll_transmit()) sent.push_back(std::move(*datagram));
    held += from_core(now + 1ms) == Action::drop ? 1 : 0;
  }
  // 20, 40, 60 ms, then 80 ms with its end three times; the second digit's 20 ms and ends.
  ASSERT_EQ(sent.size(), 6U + 4U);
  EXPECT_GE(held, sent.size());
  std::uint16_t expected = before.sequence;
  for (const OwnedDatagram& one : sent) {
    const auto header = rtp::parse_header(one.bytes).value();
    EXPECT_EQ(header.sequence, static_cast<std::uint16_t>(++expected));
    EXPECT_EQ(header.payload_type, 101);
    ASSERT_EQ(one.bytes.size(), 16U);
  }
  EXPECT_TRUE(rtp::parse_header(sent[0].bytes)->marker);
  EXPECT_FALSE(rtp::parse_header(sent[1].bytes)->marker);
  EXPECT_EQ(rtp::parse_header(sent[0].bytes)->timestamp,
            rtp::parse_header(sent[5].bytes)->timestamp);
  EXPECT_EQ(load8(sent[0].bytes, 12), 5);
  EXPECT_EQ(load16(sent[0].bytes, 14), 160);
  EXPECT_EQ(load8(sent[2].bytes, 13), 10);
  for (std::size_t i = 3; i < 6; ++i) {
    EXPECT_EQ(load8(sent[i].bytes, 13), 0x80 | 10);
    EXPECT_EQ(load16(sent[i].bytes, 14), 640);
  }
  EXPECT_EQ(load8(sent[6].bytes, 12), 11);
  EXPECT_TRUE(rtp::parse_header(sent[6].bytes)->marker);
  EXPECT_NE(rtp::parse_header(sent[6].bytes)->timestamp,
            rtp::parse_header(sent[0].bytes)->timestamp);
  ASSERT_EQ(from_core(now), Action::send_rtp);  // heard again
  EXPECT_EQ(rtp::parse_header(last)->sequence,
            static_cast<std::uint16_t>(expected + 1 + (600 / 20 - static_cast<int>(held))));
}

TEST_F(PhoneLeg, MED35_WithoutEventsNothingIsSent) {
  hub.set_remote(t0, 0, id(0), remote(phone, Latch::off));
  hub.send_digit(t0, 0, id(0), {5, 80ms});
  hub.handle_timeout(t0);
  EXPECT_FALSE(hub.poll_transmit());
  EXPECT_EQ(from_core(t0 + 1ms), Action::send_rtp);
}

}  // namespace
}  // namespace media::relay
