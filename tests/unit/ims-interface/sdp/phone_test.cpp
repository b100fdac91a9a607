// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ims-interface/sdp/crypto.hpp"
#include "tests/unit/ims-interface/sdp/support.hpp"

namespace ims::sdp {
namespace {

using sdp_test::Edge;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view key_80 = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5";

std::string section(const std::string& protocol, const std::string& lines) {
  return "v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\nt=0 0\r\n"
         "m=audio 14000 " +
         protocol + " 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n" +
         lines;
}

std::string crypto(const std::string& tag = "1",
                   const std::string& suite = "AES_CM_128_HMAC_SHA1_80") {
  return "a=crypto:" + tag + ' ' + suite + " inline:" + std::string(key_80) + "\r\n";
}

std::string core_answer() {
  return "v=0\r\no=- 2 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"
         "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
         "a=rtpmap:101 telephone-event/8000\r\n";
}

std::string fingerprint() {
  return "a=fingerprint:sha-256 "
         "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:"
         "DD:"
         "EE:FF\r\n";
}

TEST(Crypto, MED_SuitesOfRfc4568AndRfc7714) {
  const auto line =
      parse_crypto("1 AES_CM_128_HMAC_SHA1_80 inline:" + std::string(key_80) + "|2^20 KDR=0 -x");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->tag, "1");
  EXPECT_EQ(std::string(line->key.key_and_salt.begin(), line->key.key_and_salt.end()),
            "012345678901234567890123456789");
  // 28 octets, their padding left out as some phones do.
  EXPECT_TRUE(parse_crypto("2 AEAD_AES_128_GCM inline:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nw"));
}

TEST(Crypto, MED_WhatCannotBeDoneExactlyIsNotTaken) {
  const std::string key(key_80);
  for (const std::string& bad : {
           "0 AES_CM_128_HMAC_SHA1_80 inline:" + key,
           "1 F8_128_HMAC_SHA1_80 inline:" + key,
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key.substr(4),
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + "|2^20|1:4",
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + ";inline:" + key,
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " UNENCRYPTED_SRTP",
           "1 AES_CM_128_HMAC_SHA1_80 inline:" + key + " KDR=1",
           "1 AES_CM_128_HMAC_SHA1_80 uri:" + key,
           std::string("1 AES_CM_128_HMAC_SHA1_80"),
           std::string(),
       }) {
    EXPECT_FALSE(parse_crypto(bad)) << bad;
  }
}

TEST(PhoneSdp, MED_SdesOfferIsAnsweredWithItsTagAndOurKey) {
  Edge edge(sdp_test::phone_policy());
  const std::string to_core = edge.offer(Side::wic, section("RTP/SAVP", crypto("3")));
  EXPECT_THAT(to_core, HasSubstr(" RTP/AVP "));
  EXPECT_THAT(to_core, Not(HasSubstr("crypto")));
  const std::string answer = edge.answer(core_answer());
  EXPECT_THAT(answer, HasSubstr("m=audio 24000 RTP/SAVP 8 101"));
  EXPECT_THAT(answer, HasSubstr("a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:BwcH"));
  EXPECT_THAT(answer, Not(HasSubstr("ice-")));
  EXPECT_THAT(answer, Not(HasSubstr("candidate")));
  const auto& phone = edge.answered.streams.at(0).phone;
  ASSERT_TRUE(phone && phone->crypto);
  EXPECT_EQ(phone->rtp.to_string(), "203.0.113.9:14000");
}

TEST(PhoneSdp, MED_KeysOverClearSignallingAreRefused) {
  Policy policy = sdp_test::phone_policy();
  policy.phone.sdes = false;
  Edge edge(policy);
  EXPECT_EQ(edge.offer(Side::wic, section("RTP/SAVP", crypto())), "");
  EXPECT_EQ(edge.error, Errc::no_usable_media);
  ASSERT_EQ(edge.interworker.refusals().size(), 1U);
  EXPECT_EQ(edge.interworker.refusals()[0].refusal, Refusal::clear_keys);
  EXPECT_EQ(edge.interworker.refusals()[0].text().find(key_80), std::string::npos);
  // Optional keys are left unused instead.
  EXPECT_NE(edge.offer(Side::wic, section("RTP/AVP", crypto())), "");
  EXPECT_THAT(edge.answer(core_answer()), Not(HasSubstr("crypto")));
}

TEST(PhoneSdp, MED_SrtpCanBeRequired) {
  Policy policy = sdp_test::phone_policy();
  policy.phone.require_srtp = true;
  Edge edge(policy);
  EXPECT_EQ(edge.offer(Side::wic, section("RTP/AVP", "")), "");
  EXPECT_EQ(edge.interworker.refusals().at(0).refusal, Refusal::srtp_required);
  EXPECT_NE(edge.offer(Side::wic, section("RTP/AVP", crypto())), "");
}

TEST(PhoneSdp, MED_OptionalOfferTakesEitherAnswer) {
  for (const bool secure : {false, true}) {
    Edge edge(sdp_test::phone_policy());
    const std::string offer = edge.offer(Side::core, core_answer());
    EXPECT_THAT(offer, HasSubstr("m=audio 24000 RTP/AVP "));
    EXPECT_THAT(offer, HasSubstr("a=crypto:1 AEAD_AES_256_GCM"));
    EXPECT_THAT(offer, HasSubstr("a=crypto:4 AES_CM_128_HMAC_SHA1_32"));
    EXPECT_NE(edge.answer(section("RTP/AVP", secure ? crypto("3") : "")), "");
    EXPECT_EQ(edge.answered.streams.at(0).phone->crypto.has_value(), secure);
  }
}

TEST(PhoneSdp, MED_ReofferKeepsTheAgreedSuite) {
  Edge edge(sdp_test::phone_policy());
  ASSERT_NE(edge.offer(Side::core, core_answer()), "");
  ASSERT_NE(edge.answer(section("RTP/AVP", crypto("3"))), "");
  const std::string again = edge.offer(Side::core, core_answer() + "a=sendonly\r\n");
  EXPECT_THAT(again, HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcH"));
  EXPECT_THAT(again, Not(HasSubstr("a=crypto:2")));
}

TEST(PhoneSdp, MED_DtlsWithoutIceInEachRole) {
  for (const auto& [theirs, ours, role] : {std::tuple{"actpass", "passive", DtlsRole::server},
                                           std::tuple{"active", "passive", DtlsRole::server},
                                           std::tuple{"passive", "active", DtlsRole::client}}) {
    Edge edge(sdp_test::phone_policy());
    ASSERT_NE(edge.offer(Side::wic,
                         section("UDP/TLS/RTP/SAVP", fingerprint() + "a=setup:" + theirs + "\r\n")),
              "");
    const std::string answer = edge.answer(core_answer());
    EXPECT_THAT(answer, HasSubstr(std::string("a=setup:") + ours));
    EXPECT_THAT(answer, HasSubstr("a=fingerprint:sha-256 AA:BB"));
    EXPECT_THAT(answer, Not(HasSubstr("rtcp-mux")));
    ASSERT_TRUE(edge.answered.streams.at(0).phone->dtls);
    EXPECT_EQ(edge.answered.streams.at(0).phone->dtls->our_role, role);
  }
}

TEST(PhoneSdp, MED_DtlsOfferMultiplexesWhenThePhoneCan) {
  Edge edge(sdp_test::phone_policy(PhoneOffer::dtls));
  const std::string offer = edge.offer(Side::core, core_answer());
  EXPECT_THAT(offer, HasSubstr("UDP/TLS/RTP/SAVP "));
  EXPECT_THAT(offer, HasSubstr("a=setup:actpass"));
  EXPECT_THAT(offer, HasSubstr("a=rtcp-mux"));
  ASSERT_NE(
      edge.answer(section("UDP/TLS/RTP/SAVP", fingerprint() + "a=setup:active\r\na=rtcp-mux\r\n")),
      "");
  EXPECT_TRUE(edge.answered.streams.at(0).phone->rtcp_mux);
}

TEST(PhoneSdp, MED_SameSoundInTwoProfilesIsTakenOnce) {
  Edge edge(sdp_test::phone_policy());
  ASSERT_NE(edge.offer(Side::wic, sdp_test::file("phone-savp-and-avp/wic.sdp")), "");
  const std::string answer = edge.answer(core_answer());
  EXPECT_THAT(answer, HasSubstr("m=audio 24000 RTP/SAVP"));
  EXPECT_THAT(answer, HasSubstr("m=audio 0 RTP/AVP"));
}

TEST(PhoneSdp, MED_CallThatEndsHereIsAnsweredWithOneCodec) {
  Edge edge(sdp_test::phone_policy());
  const auto plan = edge.interworker.read_offer(Side::wic, section("RTP/AVP", ""));
  ASSERT_TRUE(plan);
  edge.interworker.set_anchor(0, sdp_test::phone_anchor());
  EXPECT_FALSE(edge.interworker.answer_here({"opus"}));
  const auto answer = edge.interworker.answer_here({"opus", "pcma"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->streams.at(0).codec, "pcma");
  EXPECT_FALSE(answer->streams.at(0).core);
  EXPECT_THAT(edge.interworker.write_answer().value(), HasSubstr("RTP/AVP 8 101"));
}

}  // namespace
}  // namespace ims::sdp
