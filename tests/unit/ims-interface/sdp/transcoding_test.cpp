// SPDX-License-Identifier: Apache-2.0
// Ends without a common audio codec: what is offered beside the offerer's own, and what comes of
// it.
#include <gmock/gmock.h>

#include "tests/unit/ims-interface/sdp/support.hpp"

namespace {

using namespace ims::sdp;
using namespace std::chrono_literals;
using sdp_test::browser_answer;
using sdp_test::browser_offer;
using sdp_test::Edge;
using sdp_test::phone_answer;
using sdp_test::replaced;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Policy policy() {
  Policy out;
  out.transcoding = {"amr-wb", "opus", "g722", "amr", "pcma", "pcmu"};
  return out;
}

std::vector<std::string> formats(const std::string& text) {
  return parse(text).value().media.at(0).formats;
}

/// "a=rtpmap" and "a=fmtp" of a payload type.
std::string describe(const std::string& text, const std::string& payload) {
  std::string out;
  const Media media = parse(text).value().media.at(0);
  for (const Attribute& attribute : media.attributes) {
    if (attribute.value && attribute.value->starts_with(payload + ' ')) {
      out += attribute.value->substr(payload.size() + 1) + '|';
    }
  }
  return out;
}

/// The payload type of a format in a body whose fmtp contains `with`.
std::string number_of(const std::string& text, const std::string& name, const std::string& with) {
  for (const std::string& payload : formats(text)) {
    const std::string all = describe(text, payload);
    if (all.starts_with(name) && all.find(with) != std::string::npos) return payload;
  }
  return "none";
}

std::string volte_offer() { return sdp_test::file("ims-volte-amr-preconditions/ims.sdp"); }

const PayloadMapping* transcoded_in(const StreamState& state) {
  for (const PayloadMapping& one : state.payloads) {
    if (one.transcoded) return &one;
  }
  return nullptr;
}

TEST(Transcoding, MED31_MED33_OwnCodecsFollowTheBrowsersInTheOffer) {
  Edge edge(policy());
  const std::string offer = edge.offer(Side::wic, browser_offer());
  const auto all = formats(offer);
  ASSERT_EQ(all.size(), 12U);
  EXPECT_THAT(std::vector(all.begin(), all.begin() + 7),
              ElementsAre("111", "9", "0", "8", "13", "110", "126"));
  EXPECT_EQ(describe(offer, all[7]), "AMR-WB/16000|mode-change-capability=2;max-red=0|");
  EXPECT_EQ(describe(offer, all[8]),
            "AMR-WB/16000|octet-align=1;mode-change-capability=2;max-red=0|");
  EXPECT_EQ(describe(offer, all[9]), "AMR/8000|mode-change-capability=2;max-red=0|");
  EXPECT_EQ(describe(offer, all[10]), "AMR/8000|octet-align=1;mode-change-capability=2;max-red=0|");
  EXPECT_THAT(describe(offer, all[11]), HasSubstr("telephone-event/16000"));
}

TEST(Transcoding, MED33_ACommonCodecPassesAndNothingIsTranscoded) {
  Edge edge(policy());
  edge.offer(Side::wic, browser_offer());
  const std::string answer = edge.answer(phone_answer("8"));
  EXPECT_THAT(formats(answer), ElementsAre("8"));
  const StreamState& state = edge.answered.streams.at(0);
  EXPECT_FALSE(state.transcoding);
  EXPECT_EQ(transcoded_in(state), nullptr);
  EXPECT_EQ(state.wic_format->codec, "pcma");
}

TEST(Transcoding, C119_MED31_AnAmrWbAnswerBecomesTheBrowsersFirstCodec) {
  Edge edge(policy());
  const std::string offer = edge.offer(Side::wic, browser_offer());
  const std::string wide = number_of(offer, "AMR-WB", "octet-align=1");
  const std::string event = number_of(offer, "telephone-event/16000", "");
  const std::string answer = edge.answer(phone_answer(
      wide + ' ' + event,
      "a=rtpmap:" + wide + " AMR-WB/16000\r\na=fmtp:" + wide +
          " octet-align=1; mode-set=0,1,2; mode-change-period=2; mode-change-neighbor=1\r\n"
          "a=rtpmap:" +
          event + " telephone-event/16000\r\na=ptime:40\r\n"));
  EXPECT_EQ(describe(answer, "111"),
            "opus/48000/2|useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000|");
  EXPECT_THAT(answer, Not(HasSubstr("AMR")));
  const StreamState& state = edge.answered.streams.at(0);
  ASSERT_TRUE(state.transcoding);
  EXPECT_EQ(state.codec, "opus");
  EXPECT_EQ(state.transcoding->wic.codec, "opus");
  EXPECT_TRUE(state.transcoding->wic.in_band_fec);
  const AudioFormat& core = state.transcoding->core;
  EXPECT_EQ(core.codec, "amr-wb");
  EXPECT_TRUE(core.octet_align);
  EXPECT_EQ(core.modes, 0b111);
  EXPECT_EQ(core.mode_change_period, 2);
  EXPECT_TRUE(core.mode_change_neighbor);
  EXPECT_EQ(core.packet_time, 40ms);
  ASSERT_EQ(state.payloads.size(), 2U);
  EXPECT_EQ(state.payloads[0].wic, 111);
  EXPECT_EQ(std::to_string(state.payloads[0].core), wide);
  EXPECT_TRUE(state.payloads[0].transcoded);
  EXPECT_EQ(state.payloads[0].wic_clock, 48000U);
  EXPECT_EQ(state.payloads[0].core_clock, 16000U);
  // MED-35: each side's events by the clock of its own codec.
  EXPECT_TRUE(state.payloads[1].telephone_event);
  EXPECT_EQ(state.payloads[1].wic, 110);
  EXPECT_EQ(state.payloads[1].wic_clock, 48000U);
  EXPECT_EQ(state.payloads[1].core_clock, 16000U);
}

TEST(Transcoding, C120_ACoreOfferWithAmrAloneIsAnsweredByTheBrowser) {
  Edge edge(policy());
  const std::string volte = replaced(volte_offer(), "104 102 100 105 0", "104 102 100 105");
  const std::string offer = edge.offer(Side::core, volte);
  EXPECT_THAT(formats(offer)[0], "104");
  const std::string opus = number_of(offer, "opus", "useinbandfec=1");
  const std::string event = number_of(offer, "telephone-event/48000", "");
  ASSERT_NE(opus, "none");
  ASSERT_NE(event, "none");
  const std::string answer = edge.answer(
      browser_answer(opus + ' ' + event, "a=rtpmap:" + opus + " opus/48000/2\r\na=fmtp:" + opus +
                                             " minptime=10;useinbandfec=1\r\na=rtpmap:" + event +
                                             " telephone-event/48000\r\n"));
  EXPECT_THAT(formats(answer), ElementsAre("104", "105"));
  EXPECT_EQ(describe(answer, "104"), "AMR-WB/16000|mode-change-capability=2;max-red=0|");
  const StreamState& state = edge.answered.streams.at(0);
  ASSERT_TRUE(state.transcoding);
  EXPECT_EQ(state.transcoding->core.codec, "amr-wb");
  EXPECT_FALSE(state.transcoding->core.octet_align);
  EXPECT_EQ(state.wic_format->codec, "opus");
}

TEST(Transcoding, MED33_OfSeveralAnsweredCodecsThePassingOneIsUsedAndTheOtherUnderstood) {
  Edge edge(policy());
  const std::string offer = edge.offer(Side::wic, browser_offer());
  const std::string wide = number_of(offer, "AMR-WB", "mode-change-capability");
  const std::string answer =
      edge.answer(phone_answer(wide + " 8", "a=rtpmap:" + wide + " AMR-WB/16000\r\n"));
  EXPECT_THAT(formats(answer), ElementsAre("8"));
  const StreamState& state = edge.answered.streams.at(0);
  ASSERT_TRUE(state.transcoding);
  EXPECT_EQ(state.transcoding->wic.codec, "pcma");
  EXPECT_EQ(state.payloads[0].core, 8);
  EXPECT_FALSE(state.payloads[0].transcoded);
  ASSERT_NE(transcoded_in(state), nullptr);
  EXPECT_EQ(transcoded_in(state)->wic, 8);
}

TEST(Transcoding, ReOffersKeepTheNumbersAndTheChoice) {
  Edge edge(policy());
  const std::string first = edge.offer(Side::wic, browser_offer());
  const std::string wide = number_of(first, "AMR-WB", "mode-change-capability");
  const std::string lines = "a=rtpmap:" + wide + " AMR-WB/16000\r\n";
  edge.answer(phone_answer(wide, lines));
  const StreamState before = edge.answered.streams.at(0);
  // The browser holds.
  const std::string hold = browser_offer() + "a=sendonly\r\n";
  const std::string second = edge.offer(Side::wic, hold);
  EXPECT_EQ(formats(second), formats(first));
  edge.answer(phone_answer(wide, lines + "a=recvonly\r\n"));
  EXPECT_EQ(edge.answered.streams.at(0).payloads, before.payloads);
  EXPECT_EQ(edge.answered.streams.at(0).transcoding, before.transcoding);
  // The phone offers anew, what it speaks alone.
  const std::string third = edge.offer(Side::core, phone_answer(wide, lines));
  EXPECT_EQ(number_of(third, "opus", ""), "111");
  const std::string answer = edge.answer(browser_answer("111", "a=rtpmap:111 opus/48000/2\r\n"));
  EXPECT_THAT(formats(answer), ElementsAre(wide));
  EXPECT_EQ(edge.answered.streams.at(0).payloads[0].wic, 111);
  EXPECT_TRUE(edge.answered.streams.at(0).payloads[0].transcoded);
}

TEST(Transcoding, AnUnchangedReOfferIsAnsweredHere) {
  Edge edge(policy());
  const std::string offer = edge.offer(Side::wic, browser_offer());
  const std::string wide = number_of(offer, "AMR-WB", "mode-change-capability");
  const std::string first =
      edge.answer(phone_answer(wide, "a=rtpmap:" + wide + " AMR-WB/16000\r\n"));
  ASSERT_TRUE(edge.interworker.read_offer(Side::wic, browser_offer())->local_only);
  const auto answer = edge.interworker.answer_locally();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->streams.at(0).transcoding);
  EXPECT_THAT(formats(edge.interworker.write_answer().value()), ElementsAre("111"));
}

TEST(Transcoding, WhatIsNotSpokenHereIsNotPromised) {
  Edge edge(policy());
  const std::string g729 = replaced(phone_answer("18", ""), "bob 7", "bob 8");
  EXPECT_THAT(formats(edge.offer(Side::core, g729)), ElementsAre("18"));
  edge.answer(browser_answer("0"));
  EXPECT_FALSE(edge.answered.streams.at(0).carried);
  // AMR with options of RFC 4867 that few have.
  for (const char* option : {"crc=1", "robust-sorting=1", "interleaving=10", "mode-set=9"}) {
    Edge other(policy());
    const std::string amr =
        phone_answer("97", std::string("a=rtpmap:97 AMR/8000\r\na=fmtp:97 ") + option + "\r\n");
    EXPECT_THAT(formats(other.offer(Side::core, amr)), ElementsAre("97")) << option;
  }
}

TEST(Transcoding, AnAnswerWithUnspokenOptionsIsRefused) {
  Edge edge(policy());
  const std::string offer = edge.offer(Side::wic, browser_offer());
  const std::string wide = number_of(offer, "AMR-WB", "mode-change-capability");
  edge.answer(phone_answer(
      wide, "a=rtpmap:" + wide + " AMR-WB/16000\r\na=fmtp:" + wide + " interleaving=5\r\n"));
  EXPECT_FALSE(edge.answered.streams.at(0).carried);
  EXPECT_EQ(edge.interworker.refusals().at(0).refusal, Refusal::no_common_codec);
}

TEST(Transcoding, OffByPolicyNothingIsAdded) {
  Edge edge;
  EXPECT_EQ(formats(edge.offer(Side::wic, browser_offer())).size(), 7U);
}

}  // namespace
