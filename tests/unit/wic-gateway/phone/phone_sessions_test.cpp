// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/phone_sessions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"
#include "wic-gateway/errc.hpp"
#include "wic-gateway/phone/exchange_form.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using ims::TokenFailure;
using testing::HasSubstr;

/// Takes the token "good" (and "better"), nothing else.
class Verifier final : public ims::TokenVerifier {
 public:
  std::optional<ims::TokenOutcome> verify(common::TimePoint now, ims::VerificationId id,
                                          const ims::PresentedToken& presented,
                                          const ims::FlowPeer& peer,
                                          const std::vector<std::string>& scopes) override {
    static_cast<void>(peer);
    asked = id;
    asked_scopes = scopes;
    if (later) return std::nullopt;
    if (presented.token == "good" || presented.token == "better") {
      ims::Identity identity;
      identity.impi = "alice@ims.example";
      identity.impus = {"sip:alice@ims.example"};
      identity.sub = "u-alice";
      identity.jti = "j-" + std::string(presented.token);
      identity.expires_at = now + 1000s;
      return ims::TokenOutcome(identity);
    }
    return ims::TokenOutcome(tl::unexpected(TokenFailure::invalid_token));
  }
  ims::VerificationId asked;
  std::vector<std::string> asked_scopes;
  bool later = false;
};

class SessionsTest : public testing::Test {
 protected:
  SessionsTest() {
    peer.address = *common::Endpoint::parse("198.51.100.20:5061");
    peer.transport = ims::Transport::tls;
    proof.username = "alice";
    proof.realm = "ims.example";
    proof.algorithm = "SHA-256";
    proof.nonce = "n";
    proof.nc = "00000001";
    proof.cnonce = "c";
    proof.uri = "sip:ims.example";
    proof.method = "REGISTER";
    proof.response = std::string(64, 'a');
    proof.device = "urn:uuid:1";
    proof.flow = ims::FlowId{7};
  }
  std::uint64_t ask() {
    EXPECT_EQ(sessions.exchange(now, {++question}, proof, peer), std::nullopt);
    form = sessions.poll_form();
    return form ? form->id : 0;
  }
  static WafFormAnswer tokens(const std::string& access = "good") {
    return {200, R"({"access_token":")" + access +
                     R"(","token_type":"Bearer","expires_in":1000,"refresh_token":"r1",)"
                     R"("credential_id":"d1","sip":{"impi":"alice@ims.example"}})"};
  }
  [[nodiscard]] std::string field(const std::string& name) const {
    for (const auto& [key, value] : form->fields) {
      if (key == name) return value;
    }
    return "(none)";
  }
  void sign_in() {
    sessions.handle_answer(now, ask(), tokens());
    ASSERT_TRUE(sessions.poll_outcome()->outcome);
    sessions.handle_registered("waf:d1");
  }

  test::SeededRandom random;
  common::Metrics metrics;
  Verifier verifier;
  PhoneSessions sessions{{.audience = "sip:gw"}, verifier, random, metrics};
  ims::FlowPeer peer;
  ims::CodeProof proof;
  std::optional<WafForm> form;
  std::uint64_t question = 0;
  common::TimePoint now{1h};
};

TEST_F(SessionsTest, C08_TheExchangeIsTheOneOfTheSpecification) {
  ask();
  EXPECT_EQ(form->to, WafForm::To::token);
  EXPECT_EQ(field("grant_type"), "urn:ims-webrtc-gw:params:oauth:grant-type:sip-access-code");
  EXPECT_EQ(field("mode"), "digest");
  EXPECT_EQ(field("qop"), "auth");
  EXPECT_EQ(field("response"), std::string(64, 'a'));
  EXPECT_EQ(field("device_id"), "urn:uuid:1");
  EXPECT_EQ(field("transport"), "tls");
  EXPECT_EQ(field("source"), "198.51.100.20");
  EXPECT_EQ(field("resource"), "sip:gw");
  EXPECT_EQ(field("code"), "(none)");
}

TEST_F(SessionsTest, C08_ACodeAloneHasNoDigestFields) {
  proof.mode = ims::CodeProof::Mode::code;
  proof.code = "0194507302";
  proof.username.clear();
  ask();
  EXPECT_EQ(field("mode"), "code");
  EXPECT_EQ(field("code"), "0194507302");
  EXPECT_EQ(field("username"), "(none)");
  EXPECT_EQ(field("response"), "(none)");
}

TEST_F(SessionsTest, TheTokensIdentityIsTheAnswer) {
  sessions.handle_answer(now, ask(), tokens());
  const auto outcome = sessions.poll_outcome();
  ASSERT_TRUE(outcome && outcome->outcome);
  EXPECT_EQ(outcome->id.value, 1U);
  EXPECT_EQ(outcome->outcome->impi, "alice@ims.example");
  EXPECT_EQ(outcome->outcome->credential, "waf:d1");
  EXPECT_EQ(verifier.asked_scopes, std::vector<std::string>{"sip.register"});
}

TEST_F(SessionsTest, TheVerifierMayAnswerLater) {
  verifier.later = true;
  sessions.handle_answer(now, ask(), tokens());
  EXPECT_FALSE(sessions.poll_outcome());
  EXPECT_FALSE(sessions.handle_token_outcome(now, {1}, tl::unexpected(TokenFailure::unavailable)));
  ims::Identity identity;
  identity.expires_at = now + 600s;
  EXPECT_TRUE(sessions.handle_token_outcome(now, verifier.asked, identity));
  EXPECT_TRUE(sessions.poll_outcome());
}

TEST_F(SessionsTest, C07_ARefusedCodeIsInvalidAndTheGatewaysOwnTroubleIsNot) {
  const auto failure = [&](WafFormAnswer answer) {
    sessions.handle_answer(now, ask(), answer);
    return sessions.poll_outcome()->outcome.error();
  };
  EXPECT_EQ(failure({400, R"({"error":"invalid_grant"})"}), TokenFailure::invalid_code);
  EXPECT_EQ(failure({401, R"({"error":"invalid_client"})"}), TokenFailure::unavailable);
  EXPECT_EQ(failure({429, ""}), TokenFailure::unavailable);
  EXPECT_EQ(failure({200, "nonsense"}), TokenFailure::unavailable);
  EXPECT_EQ(failure({200, R"({"access_token":"good","token_type":"DPoP"})"}),
            TokenFailure::unavailable);
  EXPECT_EQ(failure(tokens("forged")), TokenFailure::invalid_code);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(SessionsTest, ASilentWafIsUnavailable) {
  const auto id = ask();
  ASSERT_TRUE(sessions.poll_timeout());
  now = *sessions.poll_timeout();
  sessions.handle_timeout(now);
  EXPECT_EQ(sessions.poll_outcome()->outcome.error(), TokenFailure::unavailable);
  sessions.handle_answer(now, id, tokens());  // too late
  EXPECT_FALSE(sessions.poll_outcome());
}

TEST_F(SessionsTest, C11_TokensAreRefreshedAtFourFifthsOfTheirLife) {
  sign_in();
  EXPECT_EQ(sessions.poll_timeout(), now + 800s);
  now += 800s;
  sessions.handle_timeout(now);
  form = sessions.poll_form();
  ASSERT_TRUE(form);
  EXPECT_EQ(field("grant_type"), "refresh_token");
  EXPECT_EQ(field("refresh_token"), "r1");
  auto answer = tokens("better");
  answer.body.replace(answer.body.find("r1"), 2, "r2");
  sessions.handle_answer(now, form->id, answer);
  const auto renewal = sessions.poll_renewal();
  ASSERT_TRUE(renewal);
  EXPECT_EQ(renewal->jti, "j-better");
  EXPECT_EQ(renewal->credential, "waf:d1");
  now += 800s;
  sessions.handle_timeout(now);
  form = sessions.poll_form();
  EXPECT_EQ(field("refresh_token"), "r2");
}

TEST_F(SessionsTest, C11_ARefusedRefreshEndsTheRegistration) {
  sign_in();
  now += 800s;
  sessions.handle_timeout(now);
  sessions.handle_answer(now, sessions.poll_form()->id,
                         WafFormAnswer{400, R"({"error":"invalid_grant"})"});
  const auto end = sessions.poll_end();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->credential, "waf:d1");
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(SessionsTest, AWafThatIsAwayIsAskedAgainUntilTheTokenEnds) {
  sign_in();
  now += 800s;
  for (int i = 0; i < 20 && sessions.size() > 0; ++i) {
    sessions.handle_timeout(now);
    if (const auto refresh = sessions.poll_form()) {
      sessions.handle_answer(now, refresh->id, common::fail(Errc::unusable_answer));
    }
    now += 15s;
  }
  EXPECT_TRUE(sessions.poll_end());
  EXPECT_GE(now - common::TimePoint{1h}, 980s);
}

TEST_F(SessionsTest, WhileTheWafIsAwayAPhoneGoesOnOverItsOwnConnectionOnly) {
  sign_in();
  const auto outage = [&] {
    sessions.handle_answer(now, ask(), common::fail(Errc::unusable_answer));
    return sessions.poll_outcome()->outcome;
  };
  EXPECT_TRUE(outage());
  proof.flow = ims::FlowId{8};
  EXPECT_FALSE(outage());
  proof.flow = ims::FlowId{7};
  proof.device = "urn:uuid:2";
  EXPECT_FALSE(outage());
  proof.device = "urn:uuid:1";
  peer.secure = false;
  EXPECT_FALSE(outage());
  peer.secure = true;
  now += 950s;  // no longer than the token lives
  EXPECT_FALSE(outage());
}

TEST_F(SessionsTest, Attack63_ARefusalIsNeverOverruledByWhatWasProvenBefore) {
  sign_in();
  sessions.handle_answer(now, ask(), WafFormAnswer{400, R"({"error":"invalid_grant"})"});
  EXPECT_EQ(sessions.poll_outcome()->outcome.error(), TokenFailure::invalid_code);
}

TEST_F(SessionsTest, RevocationForgetsWhatWasKept) {
  sign_in();
  sessions.handle_revoked({ims::Revocation::Kind::sub, "u-alice", ""});
  EXPECT_EQ(sessions.size(), 0U);
  sessions.handle_answer(now, ask(), common::fail(Errc::unusable_answer));
  EXPECT_FALSE(sessions.poll_outcome()->outcome);
}

TEST_F(SessionsTest, APhoneThatHasGoneIsNotRefreshed) {
  sign_in();
  sessions.handle_deregistered("waf:d1");
  now += 800s;
  sessions.handle_timeout(now);
  EXPECT_FALSE(sessions.poll_form());
  now += 201s;
  sessions.handle_timeout(now);
  EXPECT_EQ(sessions.size(), 0U);
}

TEST_F(SessionsTest, C13_APhoneThatDialledIsFoundByItsCertificate) {
  proof.mode = ims::CodeProof::Mode::code;
  proof.star = true;
  proof.device = "x5t:abc";
  EXPECT_FALSE(sessions.resume(now, "x5t:abc"));
  sign_in();
  ASSERT_TRUE(sessions.resume(now, "x5t:abc"));
  EXPECT_FALSE(sessions.resume(now, "x5t:other"));
  EXPECT_FALSE(sessions.resume(now + 950s, "x5t:abc"));
}

TEST_F(SessionsTest, B18_AnExposedTokenGoesToTheWafsRevocation) {
  sessions.revoke(now, "secret");
  form = sessions.poll_form();
  ASSERT_TRUE(form);
  EXPECT_EQ(form->to, WafForm::To::revocation);
  EXPECT_EQ(field("token"), "secret");
  sessions.handle_answer(now, form->id, WafFormAnswer{200, ""});
  EXPECT_THAT(metrics.render(), HasSubstr("wic_gateway_tokens_exposed_total 1"));
}

TEST_F(SessionsTest, QuestionsUnderWayAreBounded) {
  PhoneSessions small({.audience = "sip:gw", .requests = 1}, verifier, random, metrics);
  EXPECT_FALSE(small.exchange(now, {1}, proof, peer));
  const auto second = small.exchange(now, {2}, proof, peer);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->error(), TokenFailure::unavailable);
}

TEST(ExchangeForm, ErrorsAreShownOnlyWhenTheyAreNames) {
  EXPECT_EQ(error_of(R"({"error":"invalid_grant"})"), "invalid_grant");
  EXPECT_EQ(error_of(R"({"error":"x\ny"})"), "");
  EXPECT_EQ(error_of("nonsense"), "");
}

}  // namespace
}  // namespace wic
