// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "tests/unit/ims-interface/sdp/support.hpp"

namespace {

using namespace ims::sdp;
using sdp_test::browser_answer;
using sdp_test::browser_offer;
using sdp_test::Edge;
using sdp_test::phone_answer;
using sdp_test::phone_offer;
using sdp_test::replaced;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Media section(const std::string& text, std::size_t line = 0) {
  auto body = parse(text);
  return body && line < body->media.size() ? body->media[line] : Media{};
}

std::uint64_t version(const std::string& text) {
  return parse(text).value().origin.session_version;
}

/// A call that the browser made and the phone answered.
struct BrowserCall : Edge {
  BrowserCall() {
    core_offer = offer(Side::wic, browser_offer());
    wic_answer = answer(phone_answer());
  }
  std::string core_offer;
  std::string wic_answer;
};

/// A call that the phone made and the browser answered with PCMU.
struct PhoneCall : Edge {
  PhoneCall() {
    wic_offer = offer(Side::core, phone_offer());
    core_answer = answer(browser_answer());
  }
  std::string wic_offer;
  std::string core_answer;
};

TEST(Interworker, MED03_MED04_OfferToTheCoreIsPlainAndSlim) {
  BrowserCall call;
  for (const char* name : {"ice-", "fingerprint", "setup", "mid", "msid", "ssrc", "rtcp-mux",
                           "extmap", "rtcp-fb", "candidate", "BUNDLE", "red/", "rtcp-rsize"}) {
    EXPECT_THAT(call.core_offer, Not(HasSubstr(name)));
  }
  EXPECT_EQ(section(call.core_offer).protocol, "RTP/AVP");
  EXPECT_THAT(section(call.core_offer).formats,
              ElementsAre("111", "9", "0", "8", "13", "110", "126"));
  EXPECT_THAT(call.core_offer, HasSubstr("a=fmtp:111 minptime=10;useinbandfec=1\r\n"));
  EXPECT_LT(call.core_offer.size(), 700U);
}

TEST(Interworker, MED36_BandwidthIsAddedTowardTheCore) {
  BrowserCall call;
  EXPECT_THAT(section(call.core_offer).bandwidths,
              ElementsAre(Bandwidth{"AS", 80}, Bandwidth{"RS", 1000}, Bandwidth{"RR", 3000}));
}

TEST(Interworker, MED08_MED09_AnswerRestoresProfileAndPutsOurEndIn) {
  BrowserCall call;
  const Media media = section(call.wic_answer);
  EXPECT_EQ(media.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(media.port, 7500);
  EXPECT_EQ(value_of(media.attributes, "setup"), "passive");
  EXPECT_EQ(value_of(media.attributes, "mid"), "0");
  EXPECT_EQ(value_of(media.attributes, "ice-ufrag"), "gwUf");
  EXPECT_THAT(call.wic_answer,
              HasSubstr("a=candidate:1 1 udp 2130706431 203.0.113.5 7500 typ host\r\n"
                        "a=candidate:2 1 udp 2130706175 2001:db8::5 7500 typ host\r\n"));
  EXPECT_THAT(call.wic_answer, HasSubstr("a=ice-lite\r\n"));
  EXPECT_TRUE(has(media.attributes, "rtcp-mux"));
  EXPECT_FALSE(has(media.attributes, "tls-id")) << "Chromium offered none";
  EXPECT_THAT(call.wic_answer, Not(HasSubstr("BUNDLE")));
}

TEST(Interworker, RFC6544_PassiveTcpCandidatesStandBehindThoseOfUdp) {
  Edge edge;
  edge.offer(Side::wic, sdp_test::browser_offer());
  WicAnchor anchor = sdp_test::wic_anchor();
  anchor.tcp_candidates = anchor.candidates;
  edge.interworker.set_anchor(0, anchor);
  EXPECT_THAT(
      edge.answer(phone_answer()),
      HasSubstr("a=candidate:2 1 udp 2130706175 2001:db8::5 7500 typ host\r\n"
                "a=candidate:3 1 tcp 1520435199 203.0.113.5 7500 typ host tcptype passive\r\n"
                "a=candidate:4 1 tcp 1520434943 2001:db8::5 7500 typ host tcptype passive\r\n"
                "a=end-of-candidates\r\n"));
}

TEST(Interworker, MED08_TlsIdIsAnsweredWhenOffered) {
  Edge edge;
  edge.offer(Side::wic, sdp_test::file("wic-firefox-audio/wic.sdp"));
  EXPECT_THAT(edge.answer(phone_answer()), HasSubstr("a=tls-id:gatewayTlsIdentity0001\r\n"));
}

TEST(Interworker, AnswerTellsTheEngineBothEnds) {
  BrowserCall call;
  ASSERT_EQ(call.answered.streams.size(), 1U);
  const StreamState& stream = call.answered.streams[0];
  EXPECT_TRUE(stream.carried);
  EXPECT_EQ(stream.wic->ice_ufrag, "EsAw");
  EXPECT_EQ(stream.wic->our_role, DtlsRole::server);
  EXPECT_EQ(stream.core->rtp.to_string(), "198.51.100.20:30000");
  EXPECT_EQ(stream.core->rtcp.to_string(), "198.51.100.20:30001");
  EXPECT_TRUE(stream.wic_to_core && stream.core_to_wic);
  EXPECT_FALSE(stream.new_dtls_association || stream.ice_restarted);
}

TEST(Interworker, MED01_SetupDecidesTheRole) {
  for (const auto& [setup, role, answer] : {std::tuple{"actpass", DtlsRole::server, "passive"},
                                            std::tuple{"active", DtlsRole::server, "passive"},
                                            std::tuple{"passive", DtlsRole::client, "active"}}) {
    Edge edge;
    edge.offer(Side::wic,
               replaced(browser_offer(), "setup:actpass", std::string("setup:") + setup));
    const std::string text = edge.answer(phone_answer());
    EXPECT_EQ(value_of(section(text).attributes, "setup"), answer);
    EXPECT_EQ(edge.answered.streams[0].wic->our_role, role);
  }
}

TEST(Interworker, MED11_OfferToTheWic) {
  PhoneCall call;
  const Media media = section(call.wic_offer);
  EXPECT_EQ(media.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_EQ(value_of(media.attributes, "setup"), "actpass");
  EXPECT_EQ(value_of(media.attributes, "mid"), "0");
  EXPECT_TRUE(has(media.attributes, "rtcp-mux"));
  EXPECT_TRUE(has(media.attributes, "tls-id"));
  EXPECT_EQ(section(call.core_answer).protocol, "RTP/AVP");
  EXPECT_EQ(section(call.core_answer).port, 20000);
  EXPECT_EQ(call.answered.streams[0].core->rtp.to_string(), "198.51.100.20:23456");
  EXPECT_THAT(section(call.core_answer).formats, ElementsAre("0"));
}

TEST(Interworker, MED35_EventClocksAreMatched) {
  {
    Edge edge;  // PCMU chosen: 8 kHz at both ends
    edge.offer(Side::wic, browser_offer());
    EXPECT_THAT(section(edge.answer(phone_answer("0 126", "a=rtpmap:126 telephone-event/8000\r\n")))
                    .formats,
                ElementsAre("0", "126"));
    EXPECT_THAT(edge.answered.streams[0].payloads,
                ElementsAre(PayloadMapping{0, 0, 8000, 8000, false},
                            PayloadMapping{126, 126, 8000, 8000, true}));
  }
  Edge edge;  // Opus chosen, the phone knows only 8 kHz events: the browser keeps its 48 kHz
  edge.offer(Side::wic, browser_offer());
  const std::string text = edge.answer(phone_answer(
      "111 126", "a=rtpmap:111 opus/48000/2\r\na=rtpmap:126 telephone-event/8000\r\n"));
  EXPECT_THAT(section(text).formats, ElementsAre("111", "110"));
  EXPECT_THAT(edge.answered.streams[0].payloads,
              ElementsAre(PayloadMapping{111, 111, 48000, 48000, false},
                          PayloadMapping{110, 126, 48000, 8000, true}));
}

TEST(Interworker, MED35_RenumberedEventAnswerMapsBothNumbers) {
  BrowserCall call;  // the phone answers 8 kHz events as 101 where 126 was offered
  EXPECT_THAT(call.answered.streams[0].payloads,
              ElementsAre(PayloadMapping{0, 0, 8000, 8000, false},
                          PayloadMapping{126, 101, 8000, 8000, true},
                          PayloadMapping{126, 126, 8000, 8000, true}));
}

TEST(Interworker, MED35_BrowserIsOfferedTheClockOfOpus) {
  Edge edge;
  const std::string offer = edge.offer(Side::core, phone_offer());
  EXPECT_THAT(offer, HasSubstr("telephone-event/48000\r\n"));
  std::string number;
  for (const Attribute& attribute : section(offer).attributes) {
    if (attribute.name == "rtpmap" && attribute.value->ends_with("telephone-event/48000")) {
      number = attribute.value->substr(0, attribute.value->find(' '));
    }
  }
  edge.answer(browser_answer("96 " + number, "a=rtpmap:96 opus/48000/2\r\na=rtpmap:" + number +
                                                 " telephone-event/48000\r\n"));
  ASSERT_EQ(edge.answered.streams[0].payloads.size(), 2U);
  const PayloadMapping& event = edge.answered.streams[0].payloads[1];
  EXPECT_EQ(event.core, 101);
  EXPECT_EQ(event.core_clock, 8000U);
  EXPECT_EQ(event.wic_clock, 48000U);
}

TEST(Interworker, MED34_ParametersOfTheAnswerReachTheOfferer) {
  Edge edge;
  const std::string offer =
      edge.offer(Side::core, sdp_test::file("ims-volte-amr-preconditions/ims.sdp"));
  EXPECT_THAT(offer, HasSubstr("a=fmtp:102 mode-change-capability=2;max-red=0;octet-align=1\r\n"));
  EXPECT_THAT(edge.answer(browser_answer("102",
                                         "a=rtpmap:102 AMR/8000/1\r\n"
                                         "a=fmtp:102 octet-align=1;mode-set=7\r\n")),
              HasSubstr("a=fmtp:102 octet-align=1;mode-set=7\r\n"));
}

TEST(Interworker, MED05_MED44_UnsupportedSectionsGetPortZeroInPlace) {
  Edge edge;
  const std::string offer =
      edge.offer(Side::wic, sdp_test::file("wic-chromium-audio-video-data/wic.sdp"));
  EXPECT_EQ(parse(offer)->media.size(), 1U);
  EXPECT_EQ(edge.interworker.refusals().size(), 2U);
  EXPECT_EQ(edge.interworker.refusals()[0].text(),
            "m-line 2 (video): this kind of media is not carried");
  const Description answer = parse(edge.answer(phone_answer())).value();
  ASSERT_EQ(answer.media.size(), 3U);
  EXPECT_NE(answer.media[0].port, 0);
  EXPECT_EQ(answer.media[1].port, 0);
  EXPECT_EQ(value_of(answer.media[1].attributes, "mid"), "1");
  EXPECT_EQ(answer.media[2].kind, "application");
  EXPECT_EQ(answer.media[2].protocol, "UDP/DTLS/SCTP");
  EXPECT_THAT(answer.media[2].formats, ElementsAre("webrtc-datachannel"));
}

TEST(Interworker, MED05_BundleOnlyIsRefusedAndVideoFollowsPolicy) {
  std::string text = sdp_test::file("wic-chromium-audio-video-data/wic.sdp");
  Edge edge(Policy{.video = true, .limits = {}});
  EXPECT_EQ(parse(edge.offer(Side::wic, text))->media.size(), 2U);
  text = replaced(text, "m=video 9", "m=video 0");
  text = replaced(text, "a=mid:1\r\n", "a=mid:1\r\na=bundle-only\r\n");
  Edge bundled(Policy{.video = true, .limits = {}});
  EXPECT_EQ(parse(bundled.offer(Side::wic, text))->media.size(), 1U);
  EXPECT_EQ(bundled.interworker.refusals()[0].refusal, Refusal::bundle_only);
}

TEST(Interworker, C117_MED03_VideoFeedbackIsOfferedToBothSidesAndAnsweredAsOffered) {
  Edge edge(Policy{.video = true, .limits = {}});
  const std::string offer = edge.offer(
      Side::wic,
      replaced(sdp_test::file("wic-chromium-audio-video-data/wic.sdp"), "a=rtcp-fb:96 nack pli\r\n",
               "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 ccm fir\r\n"));
  const Media video = section(offer, 1);
  EXPECT_EQ(video.protocol, "RTP/AVP");
  const std::string payload = video.formats.at(0);
  for (const char* line : {" nack\r\n", " nack pli\r\n", " ccm fir\r\n"}) {
    EXPECT_THAT(offer, HasSubstr("a=rtcp-fb:" + payload + line));
  }
  EXPECT_THAT(offer, Not(HasSubstr("goog-remb")));
  EXPECT_THAT(offer, Not(HasSubstr("transport-cc")));
  const std::string answer =
      edge.answer(phone_answer() + "m=video 40000 RTP/AVP " + payload + "\r\na=rtpmap:" + payload +
                  " VP8/90000\r\na=rtcp-fb:* nack pli\r\n");
  const StreamState& stream = edge.answered.streams.at(1);
  EXPECT_EQ(stream.core_feedback, (Feedback{.nack = false, .pli = true, .fir = false}));
  EXPECT_EQ(stream.wic_feedback, (Feedback{.nack = true, .pli = true, .fir = true}));
  // The browser keeps all it has: what the phone lacks is done here.
  EXPECT_THAT(answer, HasSubstr("a=rtcp-fb:" + payload + " ccm fir\r\n"));
  EXPECT_EQ(edge.answered.streams.at(0).wic_feedback, Feedback{});
}

TEST(Interworker, EveryUnusableOfferNamesItsReason) {
  const auto reason = [](Side side, const std::string& text) {
    Edge edge;
    EXPECT_EQ(edge.offer(side, text), "");
    EXPECT_TRUE(edge.error == Errc::no_usable_media) << edge.error.message();
    return edge.interworker.refusals().at(0).refusal;
  };
  const std::string browser = browser_offer();
  EXPECT_EQ(reason(Side::wic, replaced(browser, "a=rtcp-mux\r\n", "")), Refusal::rtcp_mux_required);
  EXPECT_EQ(
      reason(Side::wic, replaced(browser, "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "a=ice-pwd:x")),
      Refusal::missing_ice);
  EXPECT_EQ(reason(Side::wic, replaced(browser, "sha-256", "sha-1")), Refusal::missing_fingerprint);
  EXPECT_EQ(reason(Side::wic, replaced(browser, "actpass", "holdconn")), Refusal::invalid_setup);
  EXPECT_EQ(reason(Side::wic, replaced(browser, "UDP/TLS/RTP/SAVPF", "RTP/AVP")),
            Refusal::unsupported_profile);
  EXPECT_EQ(reason(Side::wic, replaced(browser, "111 63 9 0 8 13 110 126", "63 13 110")),
            Refusal::no_common_codec);
  const std::string phone = phone_offer();
  EXPECT_EQ(reason(Side::core, replaced(phone, "RTP/AVP", "RTP/SAVP")),
            Refusal::unsupported_profile);
  EXPECT_EQ(reason(Side::core, replaced(phone, "c=IN IP4 198.51.100.20", "c=IN IP4 phone.example")),
            Refusal::invalid_address);
  EXPECT_EQ(reason(Side::core, replaced(phone, "m=audio", "m=text")), Refusal::unsupported_media);
}

TEST(Interworker, MED12_BrowserHoldsAndResumes) {
  BrowserCall call;
  const std::string hold =
      call.offer(Side::wic, replaced(browser_offer(), "a=sendrecv", "a=sendonly"));
  EXPECT_THAT(hold, HasSubstr("a=sendonly\r\n"));
  EXPECT_EQ(version(hold), 2U);
  EXPECT_FALSE(call.plan.local_only);
  EXPECT_FALSE(call.plan.streams[0].needs_core_anchor || call.plan.streams[0].needs_wic_anchor);
  // A phone that answers sendrecv to a hold: the browser must not see that.
  EXPECT_THAT(call.answer(phone_answer()), HasSubstr("a=recvonly\r\n"));
  EXPECT_TRUE(call.answered.streams[0].wic_to_core);
  EXPECT_FALSE(call.answered.streams[0].core_to_wic);
  EXPECT_FALSE(call.answered.streams[0].new_dtls_association);
  const std::string resume = call.offer(Side::wic, browser_offer());
  EXPECT_THAT(resume, HasSubstr("a=sendrecv\r\n"));
  EXPECT_EQ(version(resume), 3U);
  call.answer(phone_answer());
  EXPECT_TRUE(call.answered.streams[0].core_to_wic);
}

TEST(Interworker, MED12_PhoneHoldsByZeroAddressAndResumes) {
  BrowserCall call;
  const std::string hold = call.offer(
      Side::core, replaced(phone_answer(), "c=IN IP4 198.51.100.20", "c=IN IP4 0.0.0.0"));
  const Media media = section(hold);
  EXPECT_TRUE(has(media.attributes, "sendonly"));
  EXPECT_EQ(value_of(media.attributes, "mid"), "0");
  EXPECT_EQ(value_of(media.attributes, "setup"), "actpass");
  EXPECT_THAT(call.answer(browser_answer("0", "a=recvonly\r\n")), HasSubstr("a=recvonly\r\n"));
  EXPECT_FALSE(call.answered.streams[0].wic_to_core);
  EXPECT_TRUE(call.answered.streams[0].core_to_wic);
  EXPECT_EQ(call.answered.streams[0].core->rtp.to_string(), "198.51.100.20:30000")
      << "a hold never moves the transport";
  EXPECT_THAT(call.offer(Side::core, phone_answer()), HasSubstr("a=sendrecv\r\n"));
  call.answer(browser_answer());
  EXPECT_TRUE(call.answered.streams[0].wic_to_core);
}

TEST(Interworker, MED10_UnchangedReofferKeepsDtlsAndIsLocal) {
  BrowserCall call;
  call.offer(Side::wic, replaced(browser_offer(), "336 2 IN", "336 3 IN"));
  EXPECT_TRUE(call.plan.local_only);
  const std::string answer = call.answer(phone_answer());
  EXPECT_FALSE(call.answered.streams[0].new_dtls_association);
  EXPECT_EQ(answer, call.wic_answer) << "same body, same version";
}

TEST(Interworker, MED12_IceRestartIsAnsweredLocallyWithNewCredentials) {
  BrowserCall call;
  std::string restart = replaced(browser_offer(), "ice-ufrag:EsAw", "ice-ufrag:NeW1");
  restart =
      replaced(restart, "ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1", "ice-pwd:anotherPassword012345678");
  auto plan = call.interworker.read_offer(Side::wic, restart);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->local_only);
  EXPECT_TRUE(plan->streams[0].ice_restarted);
  EXPECT_FALSE(plan->streams[0].new_dtls_association);
  auto answer = call.interworker.answer_locally();
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->streams[0].wic->ice_ufrag, "NeW1");
  EXPECT_EQ(answer->streams[0].core, call.answered.streams[0].core);
  EXPECT_TRUE(answer->streams[0].wic_to_core && answer->streams[0].core_to_wic);
  EXPECT_TRUE(call.interworker.write_answer().error() == Errc::missing_anchor)
      << "old credentials must not answer a restart";
  call.interworker.set_anchor(0, sdp_test::wic_anchor("gwU2"));
  EXPECT_THAT(call.interworker.write_answer().value(), HasSubstr("a=ice-ufrag:gwU2\r\n"));
}

TEST(Interworker, MED10_NewFingerprintIsANewAssociationWithANewTlsId) {
  Edge edge;
  const std::string offer = sdp_test::file("wic-firefox-audio/wic.sdp");
  edge.offer(Side::wic, offer);
  edge.answer(phone_answer());
  edge.offer(Side::wic, replaced(offer, "7B:8B:F0", "AB:8B:F0"));
  EXPECT_TRUE(edge.plan.streams[0].new_dtls_association);
  EXPECT_THAT(edge.answer(phone_answer()), HasSubstr("a=tls-id:gatewayTlsIdentity0001-1\r\n"));
  edge.offer(Side::wic, replaced(replaced(offer, "7B:8B:F0", "AB:8B:F0"), "89JK1", "99JK1"));
  EXPECT_TRUE(edge.plan.streams[0].new_dtls_association) << "other tls-id";
}

TEST(Interworker, MED10_RoleStaysWithTheAssociation) {
  Edge edge;
  edge.offer(Side::wic, replaced(browser_offer(), "setup:actpass", "setup:passive"));
  edge.answer(phone_answer());
  ASSERT_EQ(edge.answered.streams[0].wic->our_role, DtlsRole::client);
  edge.offer(Side::wic, browser_offer());  // now actpass
  edge.answer(phone_answer());
  EXPECT_EQ(edge.answered.streams[0].wic->our_role, DtlsRole::client);
  EXPECT_FALSE(edge.answered.streams[0].new_dtls_association);
  EXPECT_THAT(edge.offer(Side::core, phone_answer()), HasSubstr("a=setup:active\r\n"));
}

TEST(Interworker, SES19_SameAnswerAgainIn200IsRepeated) {
  BrowserCall call;
  const std::string again = call.answer(phone_answer());
  EXPECT_TRUE(call.answered.repeated);
  EXPECT_EQ(again, call.wic_answer);
  const std::string changed = call.answer(replaced(phone_answer(), "30000", "30002"));
  EXPECT_FALSE(call.answered.repeated);
  EXPECT_EQ(call.answered.streams[0].core->rtp.port, 30002);
  EXPECT_EQ(changed, call.wic_answer) << "the browser's side did not change";
}

TEST(Interworker, SES23_EachForkSettlesOnItsOwn) {
  Edge first;
  first.offer(Side::wic, browser_offer());
  Edge second = first;
  const std::string one = first.answer(phone_answer("0"));
  const std::string two = second.answer(phone_answer("8"));
  EXPECT_THAT(section(one).formats, ElementsAre("0"));
  EXPECT_THAT(section(two).formats, ElementsAre("8"));
  EXPECT_EQ(value_of(section(one).attributes, "ice-ufrag"),
            value_of(section(two).attributes, "ice-ufrag"));
  EXPECT_THAT(second.offer(Side::core, phone_answer("8")), HasSubstr("m=audio 7500"));
}

TEST(Interworker, MED13_OfferInTheResponseAndAnswerInAck) {
  Edge edge;  // the INVITE had no body; the browser's 200 has the offer
  EXPECT_THAT(edge.offer(Side::wic, browser_offer()), HasSubstr("RTP/AVP"));
  EXPECT_THAT(edge.answer(phone_answer()), HasSubstr("a=setup:passive"));
}

TEST(Interworker, FailedOfferLeavesWhatWasAgreed) {
  BrowserCall call;
  const auto before = call.interworker.streams();
  const std::string refused =
      call.offer(Side::wic, replaced(browser_offer(), "a=sendrecv", "a=inactive"));
  EXPECT_EQ(call.interworker.outstanding_offer_from(), Side::wic);
  EXPECT_TRUE(call.interworker.read_offer(Side::core, phone_answer()).error() ==
              Errc::offer_outstanding);
  call.interworker.rollback();
  EXPECT_EQ(call.interworker.outstanding_offer_from(), std::nullopt);
  EXPECT_EQ(call.interworker.streams(), before);
  call.interworker.rollback();
  EXPECT_EQ(call.interworker.streams(), before) << "nothing to undo";
  EXPECT_EQ(version(call.offer(Side::wic, browser_offer())), version(refused) + 1)
      << "a version names one body for ever";
}

TEST(Interworker, FailedFirstOfferAsksForAnchorsAgain) {
  Edge edge;
  edge.offer(Side::wic, browser_offer());
  edge.interworker.rollback();
  edge.offer(Side::wic, browser_offer());
  EXPECT_TRUE(edge.plan.streams[0].needs_core_anchor && edge.plan.streams[0].needs_wic_anchor);
}

TEST(Interworker, BadAnswersChangeNothing) {
  Edge edge;
  EXPECT_TRUE(edge.interworker.read_answer(phone_answer()).error() == Errc::wrong_step);
  edge.offer(Side::wic, browser_offer());
  EXPECT_EQ(edge.answer("v=0\r\n"), "");
  EXPECT_EQ(edge.answer(phone_answer() + "m=audio 1 RTP/AVP 0\r\n"), "");
  EXPECT_TRUE(edge.error == Errc::media_mismatch);
  EXPECT_EQ(edge.answer(replaced(phone_answer(), "m=audio", "m=video")), "");
  EXPECT_THAT(edge.answer(phone_answer()), HasSubstr("m=audio 7500"));
}

TEST(Interworker, RefusedStreamIsRefusedToTheOfferer) {
  Edge edge;
  edge.offer(Side::wic, browser_offer());
  const std::string answer = edge.answer(replaced(phone_answer(), "30000", "0"));
  EXPECT_THAT(answer, HasSubstr("m=audio 0 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\n"));
  EXPECT_EQ(edge.answered.streams[0].refusal, Refusal::refused_by_peer);
  edge.offer(Side::wic, browser_offer());
  EXPECT_TRUE(edge.plan.streams[0].needs_wic_anchor) << "its legs were closed";
}

TEST(Interworker, RFC3264_8_PlacesOfMediaLinesAreKept) {
  Edge edge;
  edge.offer(Side::wic, sdp_test::file("wic-chromium-audio-video-data/wic.sdp"));
  edge.answer(phone_answer());
  // The phone knows one m-line; the browser still sees its three.
  const std::string offer = edge.offer(Side::core, phone_answer());
  ASSERT_EQ(parse(offer)->media.size(), 3U);
  EXPECT_EQ(section(offer, 1).port, 0);
  EXPECT_EQ(section(offer, 2).kind, "application");
  edge.interworker.rollback();
  EXPECT_EQ(edge.offer(Side::wic, browser_offer()), "");
  EXPECT_TRUE(edge.error == Errc::media_mismatch);
}

TEST(Interworker, ClosedStreamIsClosedOnTheOtherSide) {
  BrowserCall call;
  const std::string closed =
      call.offer(Side::wic, replaced(browser_offer(), "m=audio 9", "m=audio 0"));
  EXPECT_TRUE(call.plan.streams[0].closed);
  EXPECT_EQ(section(closed).port, 0);
  EXPECT_THAT(call.answer(replaced(phone_answer(), "30000", "0")), HasSubstr("m=audio 0 UDP/TLS"));
  EXPECT_FALSE(call.interworker.streams()[0].carried);
}

TEST(Interworker, PayloadNumbersStayWhenThePhoneNumbersAnew) {
  BrowserCall call;
  call.interworker.rollback();
  const std::string offer = call.offer(Side::core, phone_offer());  // its opus is 96
  EXPECT_THAT(section(offer).formats[0], "111");
  call.answer(browser_answer("111", "a=rtpmap:111 opus/48000/2\r\n"));
  EXPECT_THAT(call.answered.streams[0].payloads,
              ElementsAre(PayloadMapping{111, 96, 48000, 48000, false}));
}

TEST(Interworker, MED07_NumbersThatLookLikeRtcpAreNotUsedWithTheWic) {
  Edge edge;
  const std::string offer =
      edge.offer(Side::core, sdp_test::file("ims-linphone-avpf-video/ims.sdp"));
  for (const std::string& format : section(offer).formats) {
    const int number = std::stoi(format);
    EXPECT_TRUE(number < 64 || number > 95) << number;
  }
  EXPECT_EQ(edge.plan.streams[0].core_family, common::IpAddress::Family::v6);
  const std::string answer = edge.answer(browser_answer());
  EXPECT_EQ(section(answer).protocol, "RTP/AVPF");
  EXPECT_EQ(parse(answer)->connection->address_type, "IP6");
}

TEST(Interworker, SES20_PreconditionsByPolicy) {
  const std::string offer = sdp_test::file("ims-volte-amr-preconditions/ims.sdp");
  Edge strip;
  EXPECT_THAT(strip.offer(Side::core, offer), Not(HasSubstr("qos")));
  EXPECT_THAT(strip.answer(browser_answer()), Not(HasSubstr("qos")));
  Edge pass(Policy{.preconditions = Preconditions::pass, .limits = {}});
  EXPECT_THAT(pass.offer(Side::core, offer), HasSubstr("a=des:qos mandatory local sendrecv\r\n"));
  Edge answer(Policy{.preconditions = Preconditions::answer, .limits = {}});
  EXPECT_THAT(answer.offer(Side::core, offer), Not(HasSubstr("qos")));
  EXPECT_THAT(answer.answer(browser_answer()),
              HasSubstr("a=curr:qos local sendrecv\r\na=curr:qos remote none\r\n"
                        "a=des:qos none local sendrecv\r\na=des:qos mandatory remote sendrecv\r\n"
                        "a=conf:qos remote sendrecv\r\n"));
}

TEST(Interworker, MED04_RtcpLineOnlyWhenNotOnTheNextPort) {
  for (const bool apart : {false, true}) {
    Edge edge;
    (void)edge.interworker.read_offer(Side::wic, browser_offer());
    CoreAnchor anchor = sdp_test::core_anchor();
    if (apart) anchor.rtcp.port = 21001;
    edge.interworker.set_anchor(0, anchor);
    const std::string offer = edge.interworker.write_offer().value();
    EXPECT_EQ(offer.find("a=rtcp:21001\r\n") != offer.npos, apart);
    EXPECT_EQ(offer.find("a=rtcp:") != offer.npos, apart);
  }
}

TEST(Interworker, ManyReoffersThatRenameFormatsStayBounded) {
  BrowserCall call;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "x" + std::to_string(i);
    call.offer(Side::core, phone_answer("0 101", "a=rtpmap:101 " + name + "/" +
                                                     std::to_string(8000 + i) + "\r\n"));
    call.answer(browser_answer());
    ASSERT_TRUE(call.answered.streams[0].carried) << i;
  }
}

}  // namespace
