// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "media/dtmf/telephone_event.hpp"
#include "media/rtp/demux.hpp"
#include "media/rtp/header.hpp"
#include "media/rtp/output.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/rtp/source.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::rtp {
namespace {

using namespace std::chrono_literals;
using test::Bytes;

constexpr common::TimePoint t0{1000s};
const PayloadRoute pcmu{0, 1, 0, 0, 8000, 8000};

TEST(Demux, RTP04_FirstOctetsDecide) {
  const auto kind = [](int first, int second) {
    return classify(Bytes{static_cast<std::byte>(first), static_cast<std::byte>(second)});
  };
  EXPECT_EQ(kind(0, 1), PacketKind::stun);
  EXPECT_EQ(kind(3, 1), PacketKind::stun);
  EXPECT_EQ(kind(4, 1), PacketKind::other);
  EXPECT_EQ(kind(20, 1), PacketKind::dtls);
  EXPECT_EQ(kind(63, 1), PacketKind::dtls);
  EXPECT_EQ(kind(64, 1), PacketKind::other);
  EXPECT_EQ(kind(128, 191), PacketKind::rtp);
  EXPECT_EQ(kind(128, 192), PacketKind::rtcp);
  EXPECT_EQ(kind(191, 223), PacketKind::rtcp);
  EXPECT_EQ(kind(128, 224), PacketKind::rtp);
  EXPECT_EQ(kind(192, 200), PacketKind::other);
  EXPECT_EQ(classify(Bytes{std::byte{128}}), PacketKind::other);
}

TEST(Header, RTP19_PartsOutsideTheDatagramAreRefused) {
  Bytes packet = test::rtp_packet(1, 2, 3, 0, 8);
  ASSERT_TRUE(parse_header(packet));
  packet[0] = std::byte{0x40};
  EXPECT_FALSE(parse_header(packet));
  packet[0] = std::byte{0x83};  // three CSRCs in eight octets
  EXPECT_FALSE(parse_header(packet));
  packet[0] = std::byte{0x90};
  store16(packet, 14, 2);  // an extension longer than the rest
  EXPECT_FALSE(parse_header(packet));
  store16(packet, 14, 1);
  EXPECT_TRUE(parse_header(packet));
  packet[0] = std::byte{0xa0};
  packet.back() = std::byte{0};
  EXPECT_FALSE(padding_is_valid(packet, *parse_header(packet)));
  packet.back() = std::byte{9};
  EXPECT_FALSE(padding_is_valid(packet, *parse_header(packet)));
  packet.back() = std::byte{8};
  EXPECT_TRUE(padding_is_valid(packet, *parse_header(packet)));
  EXPECT_EQ(payload_size(packet, *parse_header(packet)), 0U);
}

TEST(Header, RTP16_ExtensionIsTakenOutAndCsrcsStay) {
  Bytes packet = test::rtp_packet(1, 2, 3, 0, 40);
  packet[0] = std::byte{0x91};
  store32(packet, 12, 0xabcdef01);
  store16(packet, 18, 2);
  const Bytes payload(packet.begin() + 28, packet.end());
  const std::size_t removed = remove_extension(packet, *parse_header(packet));
  EXPECT_EQ(removed, 12U);
  const auto rest = std::span(packet).subspan(removed);
  const auto header = parse_header(rest);
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->extension);
  EXPECT_EQ(header->sequence, 2);
  EXPECT_EQ(load32(rest, 12), 0xabcdef01U);
  EXPECT_TRUE(std::equal(payload.begin(), payload.end(), rest.begin() + 16, rest.end()));
}

class OutputTest : public testing::Test {
 protected:
  OutputTest() { output.reset(0x5555, 100, 5000); }
  Header send(common::TimePoint now, std::uint32_t ssrc, std::uint16_t sequence,
              std::uint32_t timestamp, const PayloadRoute& route = pcmu) {
    Header header;
    header.ssrc = ssrc;
    header.sequence = sequence;
    header.timestamp = timestamp;
    output.rewrite(now, header, route);
    return header;
  }
  OutputState state;
  Output output{state};
};

TEST_F(OutputTest, C115_RTP13_SourceChangeKeepsSsrcSequenceAndTime) {
  const Header first = send(t0, 1, 65535, 0xffffffff);
  const Header next = send(t0 + 20ms, 1, 0, 159);
  EXPECT_EQ(next.sequence, first.sequence + 1);
  EXPECT_EQ(next.timestamp, first.timestamp + 160);
  const Header other = send(t0 + 1020ms, 2, 30'000, 77);
  EXPECT_EQ(other.ssrc, 0x5555U);
  EXPECT_EQ(other.sequence, next.sequence + 1);
  EXPECT_EQ(other.timestamp, next.timestamp + 8000);
  EXPECT_TRUE(other.marker);
}

TEST_F(OutputTest, RTP13_LossAndReorderingOfOneSourceStayVisible) {
  const Header first = send(t0, 1, 10, 0);
  const Header third = send(t0 + 40ms, 1, 12, 320);
  const Header second = send(t0 + 41ms, 1, 11, 160);
  EXPECT_EQ(third.sequence, first.sequence + 2);
  EXPECT_EQ(second.sequence, first.sequence + 1);
  EXPECT_EQ(second.timestamp, first.timestamp + 160);
}

TEST_F(OutputTest, RTP13_RandomSourceChangesNeverRepeatOrSkipASequence) {
  test::SeededRandom random(4);
  auto now = t0;
  std::uint16_t expected = 101;
  for (int change = 0; change < 300; ++change) {
    const std::uint32_t ssrc = random.u32();
    auto sequence = static_cast<std::uint16_t>(random.u32());
    std::uint32_t timestamp = random.u32();
    const std::uint32_t length = random.u32() % 400 + 1;
    for (std::uint32_t i = 0; i < length; ++i) {
      const Header sent = send(now += 20ms, ssrc, sequence++, timestamp += 160);
      ASSERT_EQ(sent.sequence, expected++);
      ASSERT_EQ(sent.ssrc, 0x5555U);
    }
  }
}

TEST_F(OutputTest, MED25_KeepaliveTakesItsOwnSequenceNumber) {
  const Header before = send(t0, 1, 10, 0);
  const Header keepalive = output.keepalive(20);
  const Header after = send(t0 + 1s, 1, 11, 8000);
  EXPECT_EQ(keepalive.sequence, before.sequence + 1);
  EXPECT_EQ(after.sequence, before.sequence + 2);
  EXPECT_EQ(after.timestamp, before.timestamp + 8000);
}

TEST_F(OutputTest, MED35_EventTimesAreScaledWhereClocksDiffer) {
  const PayloadRoute event{101, 1, 1, 0, 48000, 8000};
  send(t0, 1, 10, 0, {96, 1, 0, 0, 48000, 48000});
  const Header first = send(t0 + 20ms, 1, 11, 960, event);
  const Header same = send(t0 + 40ms, 1, 12, 960, event);
  const Header later = send(t0 + 1s, 1, 13, 960 + 48000, event);
  EXPECT_EQ(first.timestamp, same.timestamp);
  EXPECT_EQ(later.timestamp, first.timestamp + 8000);
  EXPECT_EQ(first.payload_type, 101);
}

TEST(TelephoneEvent, MED35_DurationIsScaledAndTheRestStays) {
  Bytes payload{std::byte{5}, std::byte{0x8a}, std::byte{0x12}, std::byte{0xc0}};  // 4800
  EXPECT_EQ(dtmf::rescale_durations(payload, 48000, 8000), 0U);
  EXPECT_EQ(load16(payload, 2), 800);
  EXPECT_EQ(payload[0], std::byte{5});
  EXPECT_EQ(payload[1], std::byte{0x8a});
}

TEST(TelephoneEvent, MED35_LongEventBecomesALaterSegment) {
  Bytes payload{std::byte{5}, std::byte{10}, std::byte{0x40}, std::byte{0}};  // 16384 at 8 kHz
  EXPECT_EQ(dtmf::rescale_durations(payload, 8000, 48000), 65535U);
  EXPECT_EQ(load16(payload, 2), 16384U * 6 - 65535);
}

TEST(Source, RTP13_ForkedEarlyMediaIsNotMixed) {
  SourceState state;
  SourceSelector selector(state);
  const auto phone = common::Endpoint::parse("192.0.2.1:1000").value();
  const auto fork = common::Endpoint::parse("192.0.2.2:1000").value();
  EXPECT_TRUE(selector.accept(t0, 1, phone, {}));
  EXPECT_FALSE(selector.accept(t0 + 20ms, 2, fork, {}));
  EXPECT_TRUE(selector.accept(t0 + 20ms, 1, phone, {}));
  EXPECT_TRUE(selector.accept(t0 + 40ms, 2, fork, fork));  // signalling confirmed this one
  EXPECT_FALSE(selector.accept(t0 + 60ms, 1, phone, fork));
  EXPECT_TRUE(selector.accept(t0 + 5s, 3, phone, {}));  // after silence anyone
}

class Rtcp : public testing::Test {
 protected:
  Rtcp() {
    mapping.source_ssrc = 1;
    mapping.has_source = true;
    mapping.out_ssrc = 100;
    mapping.timestamp_offset = 1000;
    mapping.packets = 5;
    mapping.octets = 50;
    mapping.reported_ssrc = 200;
    mapping.original_ssrc = 2;
    mapping.has_original = true;
    mapping.sequence_offset = 10;
    mapping.original_highest = 0x1fff8;
    mapping.cname = "abc";
  }
  RtcpStatus translate(const Bytes& in) {
    out.assign(1400, {});
    const RtcpResult result = translate_rtcp(in, out, mapping);
    out.resize(result.size);
    return result.status;
  }
  static Bytes feedback(std::uint8_t type, std::uint8_t format, std::uint32_t media,
                        std::vector<std::uint32_t> words = {}) {
    Bytes packet(12 + 4 * words.size());
    store8(packet, 0, static_cast<std::uint8_t>(0x80U | format));
    store8(packet, 1, type);
    store16(packet, 2, static_cast<std::uint16_t>(packet.size() / 4 - 1));
    store32(packet, 4, 1);
    store32(packet, 8, media);
    for (std::size_t i = 0; i < words.size(); ++i) store32(packet, 12 + 4 * i, words[i]);
    return packet;
  }
  RtcpMapping mapping;
  Bytes out;
};

TEST_F(Rtcp, RTP13_ReportsSpeakOfTheOtherSidesStreams) {
  ASSERT_EQ(translate(test::sender_report(1, 500, 200, 0x30005)), RtcpStatus::translated);
  EXPECT_EQ(load8(out, 1), 200);
  EXPECT_EQ(load32(out, 4), 100U);
  EXPECT_EQ(load32(out, 16), 1500U);
  EXPECT_EQ(load32(out, 20), 5U);
  EXPECT_EQ(load32(out, 28), 2U);
  EXPECT_EQ(load32(out, 36), 0x1fffbU);  // 5 - 10 in the source's own rollover
  EXPECT_EQ(load8(out, 53), 202);        // RTP-12: always with SDES
  EXPECT_EQ(load32(out, 56), 100U);
}

TEST_F(Rtcp, RTP13_ReportOfAForeignSenderBecomesAReceiverReport) {
  ASSERT_EQ(translate(test::sender_report(9, 500, 999, 5)), RtcpStatus::translated);
  EXPECT_EQ(load8(out, 0), 0x80);
  EXPECT_EQ(load8(out, 1), 201);
}

TEST_F(Rtcp, C116_RTP11_FeedbackStaysWhereItWasNotNegotiated) {
  EXPECT_EQ(translate(feedback(206, 1, 200)), RtcpStatus::nothing_left);
  EXPECT_EQ(translate(feedback(206, 4, 0, {200, 0x01000000})), RtcpStatus::nothing_left);
  EXPECT_EQ(translate(feedback(205, 1, 200, {0x00140001})), RtcpStatus::nothing_left);
  Bytes with_report = test::sender_report(1, 500, 200, 0x30005);
  const Bytes pli = feedback(206, 1, 200);
  with_report.insert(with_report.end(), pli.begin(), pli.end());
  ASSERT_EQ(translate(with_report), RtcpStatus::translated);  // the report alone
  EXPECT_EQ(out.size(), 52U + 16U);
}

TEST_F(Rtcp, C117_RTP11_NegotiatedFeedbackIsTranslated) {
  mapping.feedback = full_feedback;
  ASSERT_EQ(translate(feedback(206, 1, 200)), RtcpStatus::translated);
  EXPECT_EQ(load32(out, out.size() - 8), 100U);
  EXPECT_EQ(load32(out, out.size() - 4), 2U);
  ASSERT_EQ(translate(feedback(206, 4, 0, {200, 0x01000000})), RtcpStatus::translated);
  EXPECT_EQ(load32(out, out.size() - 8), 2U);
  ASSERT_EQ(translate(feedback(205, 1, 200, {0x00140001})), RtcpStatus::translated);
  EXPECT_EQ(load32(out, out.size() - 4), 0x000a0001U);
}

TEST_F(Rtcp, RTP11_NackOfWhatWeHoldIsAnsweredHereAndTheRestPasses) {
  SentPackets sent;
  for (const std::uint16_t sequence : std::array<std::uint16_t, 3>{20, 22, 65535}) {
    sent.store(test::rtp_packet(200, sequence, 0));
  }
  mapping.sent = &sent;
  mapping.feedback = full_feedback;
  const auto result = [&](std::vector<std::uint32_t> entries) {
    const Bytes packet = feedback(205, 1, 200, std::move(entries));
    out.assign(1400, {});
    return translate_rtcp(packet, out, mapping);
  };
  // 20 and 22: nothing is left to pass on.
  auto held = result({0x0014'0002});
  EXPECT_EQ(held.status, RtcpStatus::nothing_left);
  ASSERT_EQ(held.missing_count, 2U);
  EXPECT_EQ(held.missing[0], 20);
  EXPECT_EQ(held.missing[1], 22);
  // 20, 21, 23 and 65535: 21 and 23 pass in the source's numbers, which are 10 less.
  held = result({0x0014'0005, 0xffff'0000});
  ASSERT_EQ(held.status, RtcpStatus::translated);
  EXPECT_EQ(held.missing_count, 2U);
  out.resize(held.size);
  EXPECT_EQ(load32(out, out.size() - 4), 0x000b'0002U);
  EXPECT_EQ(load16(out, out.size() - 14), 3);  // one entry
  mapping.feedback.nack = false;               // the far side cannot help: the rest is lost
  held = result({0x0014'0005});
  EXPECT_EQ(held.status, RtcpStatus::nothing_left);
  EXPECT_EQ(held.missing_count, 1U);
}

TEST(SentPackets, AreRepeatedOnceInAWhileUntilOthersTakeTheirPlace) {
  using namespace std::chrono_literals;
  SentPackets sent;
  EXPECT_FALSE(sent.holds(0));
  const Bytes packet = test::rtp_packet(1, 7, 0);
  sent.store(packet);
  ASSERT_TRUE(sent.holds(7));
  const auto again = sent.take(t0, 7);
  ASSERT_TRUE(again);
  EXPECT_TRUE(std::equal(again->begin(), again->end(), packet.begin(), packet.end()));
  EXPECT_FALSE(sent.take(t0 + 5ms, 7));
  EXPECT_TRUE(sent.take(t0 + 15ms, 7));
  EXPECT_FALSE(sent.take(t0, 8));
  sent.store(test::rtp_packet(1, 7 + 512, 0));
  EXPECT_FALSE(sent.holds(7));
  sent.store(Bytes(1501));
  sent.store(Bytes(3));
}

TEST_F(Rtcp, RTP11_KeyframeRequestBecomesWhatIsUnderstood) {
  mapping.feedback = {.nack = false, .pli = false, .fir = true};
  mapping.fir_sequence = 9;
  ASSERT_EQ(translate(feedback(206, 1, 200)), RtcpStatus::translated);
  EXPECT_EQ(load8(out, out.size() - 20), 0x84);
  EXPECT_EQ(load32(out, out.size() - 8), 2U);
  EXPECT_EQ(load32(out, out.size() - 4), 0x09000000U);
  mapping.feedback = {.nack = false, .pli = true, .fir = false};
  ASSERT_EQ(translate(feedback(206, 4, 0, {200, 0x01000000})), RtcpStatus::translated);
  EXPECT_EQ(load8(out, out.size() - 12), 0x81);
  EXPECT_EQ(load32(out, out.size() - 4), 2U);
  mapping.feedback = {};
  EXPECT_TRUE(translate_rtcp(feedback(206, 1, 200), out, mapping).keyframe_unmet);
  EXPECT_FALSE(translate_rtcp(feedback(206, 1, 999), out, mapping).keyframe_unmet);
}

TEST_F(Rtcp, RFC3611_BlocksOfBothEndsPassWhereWanted) {
  Bytes packet = test::sender_report(1, 500, 200, 0x30005);
  Bytes xr(8 + 36 + 12 + 8);
  store8(xr, 0, 0x80);
  store8(xr, 1, 207);
  store16(xr, 2, static_cast<std::uint16_t>(xr.size() / 4 - 1));
  store8(xr, 8, 7);  // VoIP metrics
  store16(xr, 10, 8);
  store32(xr, 12, 200);
  store8(xr, 44, 4);  // receiver reference time
  store16(xr, 46, 2);
  store8(xr, 56, 1);  // loss list, of our sequence numbers
  store16(xr, 58, 1);
  packet.insert(packet.end(), xr.begin(), xr.end());
  ASSERT_EQ(translate(packet), RtcpStatus::translated);
  const std::size_t without = out.size();
  mapping.extended_reports = true;
  ASSERT_EQ(translate(packet), RtcpStatus::translated);
  ASSERT_EQ(out.size(), without + 8 + 36 + 8 + 12);
  EXPECT_EQ(load8(out, without + 1), 207);
  EXPECT_EQ(load32(out, without + 4), 100U);
  EXPECT_EQ(load32(out, without + 12), 2U);
}

TEST_F(Rtcp, RTP11_CongestionFeedbackOfTheBrowserEndsHere) {
  mapping.feedback = full_feedback;
  EXPECT_EQ(translate(feedback(205, 15, 200, {0, 0})), RtcpStatus::nothing_left);  // transport-wide
  EXPECT_EQ(translate(feedback(206, 15, 0, {0x52454d42})), RtcpStatus::nothing_left);  // REMB
}

TEST_F(Rtcp, RTP12_ReducedSizeRtcpBecomesCompoundWithCname) {
  mapping.feedback = full_feedback;
  ASSERT_EQ(translate(feedback(206, 1, 200)), RtcpStatus::translated);
  EXPECT_EQ(load8(out, 1), 201);
  EXPECT_EQ(load8(out, 9), 202);
  EXPECT_EQ(load32(out, 12), 100U);
  EXPECT_EQ(load8(out, 16), 1);  // CNAME
  EXPECT_EQ(load8(out, 17), 3);
}

TEST_F(Rtcp, RTP19_EveryTruncationIsMalformed) {
  const Bytes whole = test::sender_report(1, 500, 200, 5);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_EQ(translate(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
              RtcpStatus::malformed);
  }
}

TEST_F(Rtcp, RTP15_ByeIsCompoundWithCname) {
  out.assign(200, {});
  const std::size_t size = write_bye(out, 7, "cname");
  EXPECT_EQ(load8(out, 1), 201);
  EXPECT_EQ(load8(out, 9), 202);
  EXPECT_EQ(load8(out, size - 7), 203);
  EXPECT_EQ(load32(out, size - 4), 7U);
}

}  // namespace
}  // namespace media::rtp
