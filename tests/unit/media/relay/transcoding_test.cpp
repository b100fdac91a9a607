// SPDX-License-Identifier: Apache-2.0
// Hub: sound on its way to a transcoder and back, on virtual time.
#include <gtest/gtest.h>

#include "media/relay/hub.hpp"
#include "media/rtp/header.hpp"
#include "media/rtp/octets.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

constexpr common::TimePoint t0{1000s};

common::Endpoint endpoint(const char* text) { return common::Endpoint::parse(text).value(); }
LegId id(std::uint32_t slot) { return LegId{1ULL << 32U | slot}; }

/// An Opus leg in slot 0 and an AMR-WB leg in slot 1; PCMA passes, and events.
class HubTranscoding : public testing::Test {
 protected:
  HubTranscoding() {
    for (const std::uint32_t slot : {0U, 1U}) {
      hub.open_rtp_leg(t0, slot, {id(slot), CallId{7}, 10 + slot, 100, 5000, "cname"}, {}, {});
      hub.set_remote(t0, slot, id(slot), RtpRemote{peer[slot], rtcp[slot]});
    }
    connection.payloads = {{111, 96, 48000, 16000, false, true},
                           {8, 8, 8000, 8000, false},
                           {110, 101, 48000, 16000, true}};
    connection.transcoding =
        Transcoding{{.codec = codec::Codec::opus}, {.codec = codec::Codec::amr_wb}};
    hub.connect(t0, 0, 1, connection);
  }

  Action receive(common::TimePoint now, std::uint32_t slot, Bytes bytes, bool is_rtcp = false) {
    Datagram datagram;
    datagram.size = static_cast<std::uint32_t>(bytes.size());
    bytes.resize(1500);
    last = std::move(bytes);
    datagram.data = last.data();
    datagram.room = 1500;
    datagram.rtcp_port = is_rtcp;
    datagram.remote = is_rtcp ? rtcp[slot] : peer[slot];
    hub.handle_core(now, slot, std::span(&datagram, 1));
    last.erase(last.begin(), last.begin() + (datagram.data - last.data()));
    last.resize(datagram.size);
    return datagram.action;
  }
  Action opus(common::TimePoint now, std::uint16_t sequence, std::uint32_t ssrc = 1) {
    return receive(now, 0, test::rtp_packet(ssrc, sequence, sequence * 960U, 111, 40));
  }
  /// An event of 160 ticks a packet that began at packet 10.
  Action event(common::TimePoint now, std::uint16_t sequence, bool ends) {
    Bytes packet = test::rtp_packet(1, sequence, 9600, 110, 4);
    store8(packet, 12, 5);
    store8(packet, 13, ends ? 0x8a : 0x0a);
    store16(packet, 14, 960);
    return receive(now, 0, packet);
  }
  template <class What>
  std::vector<What> work() {
    std::vector<What> out;
    while (auto one = hub.poll_transcoding()) {
      if (auto* what = std::get_if<What>(&one->what)) out.push_back(std::move(*what));
    }
    return out;
  }
  std::optional<rtp::Header> result(common::TimePoint now, std::uint32_t number,
                                    std::uint32_t timestamp) {
    hub.transcoded(now, 0, id(0), number, {timestamp, false, Bytes(33)});
    const auto sent = hub.poll_transmit();
    if (!sent) return std::nullopt;
    EXPECT_EQ(sent->remote, peer[1]);
    EXPECT_EQ(sent->bytes.size(), 45U);
    return rtp::parse_header(sent->bytes);
  }

  std::vector<std::byte> memory = std::vector<std::byte>(table::CallTable::size_for(4));
  table::CallTable table{memory, 4, 7500};
  std::array<common::Endpoint, 2> peer = {endpoint("192.0.2.1:4000"), endpoint("192.0.2.2:5000")};
  std::array<common::Endpoint, 2> rtcp = {endpoint("192.0.2.1:4001"), endpoint("192.0.2.2:5001")};
  Connection connection;
  Hub hub{HubConfig{}, table};
  Bytes last;
};

TEST_F(HubTranscoding, MED31_BothDirectionsBeginWithTheirFormats) {
  const auto first = hub.poll_transcoding();
  const auto second = hub.poll_transcoding();
  ASSERT_TRUE(first && second);
  const auto& start = std::get<TranscodingStart>(first->what);
  EXPECT_EQ(first->call, CallId{7});
  EXPECT_EQ(first->leg, id(0));
  EXPECT_EQ(start.peer, id(1));
  EXPECT_EQ(start.from.codec, codec::Codec::opus);
  EXPECT_EQ(start.to.codec, codec::Codec::amr_wb);
  EXPECT_EQ(std::get<TranscodingStart>(second->what).from.codec, codec::Codec::amr_wb);
  EXPECT_FALSE(hub.poll_transcoding());
}

TEST_F(HubTranscoding, MED31_SoundGoesToTheTranscoderAndItsPacketsToThePeer) {
  work<TranscodingStart>();
  EXPECT_EQ(opus(t0, 65535), Action::drop);
  EXPECT_EQ(opus(t0 + 20ms, 0), Action::drop);
  const auto packets = work<SoundPacket>();
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_TRUE(packets[0].fresh);
  EXPECT_FALSE(packets[1].fresh);
  EXPECT_EQ(packets[0].sequence, 65535);
  EXPECT_EQ(packets[0].payload.size(), 40U);
  const auto one = result(t0 + 21ms, 1, 70'000);
  const auto two = result(t0 + 41ms, 1, 70'320);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->ssrc, 11U);
  EXPECT_EQ(one->payload_type, 96);
  EXPECT_TRUE(one->marker);
  EXPECT_EQ(two->sequence, one->sequence + 1);
  EXPECT_EQ(two->timestamp - one->timestamp, 320U);
  EXPECT_FALSE(two->marker);
  EXPECT_EQ(hub.counters().transcoded, 2U);
}

TEST_F(HubTranscoding, RTP13_AnotherSourceKeepsOneStream) {
  opus(t0, 1);
  const auto before = result(t0 + 1ms, 1, 0);
  opus(t0 + 20ms, 500, 99);
  EXPECT_TRUE(work<SoundPacket>().back().fresh);
  const auto after = result(t0 + 21ms, 1, 320);
  ASSERT_TRUE(before && after);
  EXPECT_EQ(after->ssrc, before->ssrc);
  EXPECT_EQ(after->sequence, before->sequence + 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 320U);  // 20 ms
}

TEST_F(HubTranscoding, MED35_AnEventIsHeardInPlaceOfTheSound) {
  opus(t0, 9);
  const auto sound = result(t0, 1, 1000);
  work<SoundPacket>();
  ASSERT_EQ(event(t0 + 20ms, 10, false), Action::send_rtp);
  const auto first = rtp::parse_header(last);
  EXPECT_EQ(load16(last, 14), 320);              // 20 ms in its clock
  EXPECT_EQ(opus(t0 + 21ms, 11), Action::drop);  // sound beside it
  ASSERT_EQ(event(t0 + 40ms, 12, true), Action::send_rtp);
  const auto second = rtp::parse_header(last);
  opus(t0 + 60ms, 13);
  ASSERT_TRUE(sound && first && second);
  EXPECT_EQ(first->payload_type, 101);
  EXPECT_EQ(first->sequence, sound->sequence + 1);
  EXPECT_EQ(second->sequence, sound->sequence + 2);
  EXPECT_EQ(first->timestamp, sound->timestamp + 320);
  EXPECT_EQ(second->timestamp, first->timestamp);  // RFC 4733 2.5.1: one for the whole event
  const auto packets = work<SoundPacket>();
  ASSERT_EQ(packets.size(), 4U);
  EXPECT_TRUE(packets[0].inaudible);
  EXPECT_TRUE(packets[1].inaudible);
  EXPECT_TRUE(packets[1].payload.empty());
  EXPECT_TRUE(packets[2].inaudible);
  EXPECT_FALSE(packets[3].inaudible);
  const auto next = result(t0 + 61ms, 1, 1000 + 960);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->sequence, second->sequence + 1);
  EXPECT_EQ(next->timestamp, sound->timestamp + 960);
}

TEST_F(HubTranscoding, APassingCodecPassesAndTheTwoShareOneStream) {
  opus(t0, 1);
  const auto made = result(t0, 1, 0);
  ASSERT_EQ(receive(t0 + 20ms, 0, test::rtp_packet(1, 2, 320, 8)), Action::send_rtp);
  const auto passed = rtp::parse_header(last);
  ASSERT_TRUE(made && passed);
  EXPECT_EQ(passed->payload_type, 8);
  EXPECT_EQ(passed->sequence, made->sequence + 1);
  opus(t0 + 40ms, 3);
  const auto again = result(t0 + 40ms, 1, 640);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->sequence, passed->sequence + 1);
}

TEST_F(HubTranscoding, RTP12_ReportsEndHereAndBothSidesGetOurOwn) {
  opus(t0, 1);
  ASSERT_TRUE(result(t0, 1, 0));
  EXPECT_EQ(receive(t0, 0, test::sender_report(1, 500, 10, 1), true), Action::drop);
  std::vector<OwnedDatagram> reports;
  for (auto now = t0; now < t0 + 8s; now += 20ms) {
    opus(now, static_cast<std::uint16_t>(2 + (now - t0) / 20ms));
    hub.transcoded(now, 0, id(0), 1, {0, false, Bytes(33)});
    hub.handle_timeout(now);
    while (auto sent = hub.poll_transmit()) {
      if (sent->action == Action::send_rtcp) reports.push_back(std::move(*sent));
    }
  }
  const auto of_slot = [&](std::uint32_t slot, std::uint8_t type) {
    return std::any_of(reports.begin(), reports.end(), [&](const OwnedDatagram& one) {
      return one.slot == slot && load8(one.bytes, 1) == type;
    });
  };
  EXPECT_TRUE(of_slot(1, 200));  // SR about what the transcoder made
  EXPECT_TRUE(of_slot(0, 201));  // RR about what came
}

TEST_F(HubTranscoding, ReceiversLossReachesTheEncoderThatFeedsIt) {
  opus(t0, 1);
  ASSERT_TRUE(result(t0, 1, 0));
  work<TranscodingStart>();
  Bytes report = test::sender_report(2, 1, 11, 100);
  store8(report, 32, 64);  // a quarter lost
  receive(t0, 1, report, true);
  const auto work_item = hub.poll_transcoding();
  ASSERT_TRUE(work_item);
  EXPECT_EQ(work_item->leg, id(0));
  EXPECT_EQ(std::get<ReceiverLoss>(work_item->what).percent, 25);
}

TEST_F(HubTranscoding, HoldStopsAndResumeContinuesWithTheSameTranscoder) {
  work<TranscodingStart>();
  opus(t0, 1);
  connection.first_to_second = false;
  hub.connect(t0, 0, 1, connection);
  EXPECT_FALSE(result(t0, 1, 0));  // what was under way is held back
  connection.first_to_second = true;
  hub.connect(t0 + 1s, 0, 1, connection);
  EXPECT_TRUE(work<TranscodingStart>().empty());
  opus(t0 + 1s, 51);
  EXPECT_TRUE(result(t0 + 1s, 1, 16'000));
}

TEST_F(HubTranscoding, AnotherAnswerReplacesOrEndsTheTranscoder) {
  work<TranscodingStart>();
  opus(t0, 1);
  connection.transcoding->second.amr.octet_align = true;
  hub.connect(t0, 0, 1, connection);
  ASSERT_EQ(work<TranscodingStart>().size(), 2U);
  EXPECT_FALSE(result(t0, 1, 0));  // of the one before
  EXPECT_TRUE(result(t0, 2, 0));
  connection.payloads = {{8, 8, 8000, 8000, false}};
  connection.transcoding.reset();
  hub.connect(t0, 0, 1, connection);
  EXPECT_EQ(work<TranscodingEnd>().size(), 2U);
  EXPECT_FALSE(result(t0, 2, 320));
}

TEST_F(HubTranscoding, ClosingALegEndsItsTranscoder) {
  work<TranscodingStart>();
  hub.close_leg(t0, 0, id(0));
  EXPECT_EQ(work<TranscodingEnd>().size(), 1U);
}

TEST_F(HubTranscoding, ASecondLifeBeginsAnewAndKeepsTheStream) {
  opus(t0, 1);
  const auto before = result(t0, 1, 123'456);
  Hub second(HubConfig{}, table);
  second.restore_leg(t0 + 1s, 0);
  second.restore_leg(t0 + 1s, 1);
  second.connect_restored();
  const auto start = second.poll_transcoding();
  ASSERT_TRUE(start);
  EXPECT_EQ(std::get<TranscodingStart>(start->what).to.codec, codec::Codec::amr_wb);
  Bytes packet = test::rtp_packet(1, 2, 1920, 111, 40);
  packet.resize(1500);
  Datagram datagram;
  datagram.data = packet.data();
  datagram.size = 52;
  datagram.room = 1500;
  datagram.remote = peer[0];
  second.handle_core(t0 + 1s, 0, std::span(&datagram, 1));
  second.transcoded(t0 + 1s, 0, id(0), 1, {0, false, Bytes(33)});
  const auto sent = second.poll_transmit();
  ASSERT_TRUE(before && sent);
  const auto after = rtp::parse_header(sent->bytes);
  EXPECT_EQ(after->ssrc, before->ssrc);
  EXPECT_EQ(after->sequence, before->sequence + 1);
  EXPECT_EQ(after->timestamp - before->timestamp, 320U);
}

}  // namespace
}  // namespace media::relay
