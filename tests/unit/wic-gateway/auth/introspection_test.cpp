// SPDX-License-Identifier: Apache-2.0
// What the authenticator asks the issuer for, and what a token that is bound to a key needs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/dpop_proof.hpp"
#include "token_forge.hpp"
#include "wic-gateway/auth/authenticator.hpp"
#include "wic-gateway/auth/revocations.hpp"
#include "wic-gateway/io/shared_proofs.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using ims::TokenFailure;
using nlohmann::json;

constexpr common::SystemTime date0 = common::system_time(1'800'000'000);
constexpr common::TimePoint t0{1000h};
constexpr const char* domain = "sip:ims.example";

class SetClock final : public WallClock {
 public:
  common::SystemTime now() override { return date; }
  common::SystemTime date = date0;
};

class Questions final : public Introspector {
 public:
  void introspect(std::uint64_t question, const std::string& token) override {
    asked.emplace_back(question, token);
  }
  std::vector<std::pair<std::uint64_t, std::string>> asked;
};

class TokenProofs : public testing::Test {
 protected:
  TokenProofs() { restart(true); }

  void restart(bool follows_feed) {
    config_.tokens.issuer = "https://waf.ims.example";
    config_.tokens.audience = "sip:gateway.ims.example";
    authenticator_.emplace(config_,
                           Authenticator::Surroundings{.clock = clock_,
                                                       .revocations = revocations_,
                                                       .proofs = proofs_,
                                                       .introspector = &questions_,
                                                       .follows_feed = follows_feed},
                           metrics_);
    authenticator_->handle_keys(t0, std::make_shared<const common::jose::KeySet>(forge_.keys()));
  }
  std::optional<ims::TokenOutcome> present(const std::string& token, const std::string& dpop = "",
                                           common::TimePoint now = t0) {
    const ims::PresentedToken presented{token, "REGISTER", domain, dpop};
    return authenticator_->verify(now, ims::VerificationId{++last_id_}, presented, peer_, {});
  }
  std::optional<ims::TokenOutcome> answer(unsigned status, const json& body,
                                          common::TimePoint now = t0) {
    authenticator_->handle_introspection(now, questions_.asked.back().first,
                                         IntrospectionAnswer{status, body.dump()});
    auto outcome = authenticator_->poll_outcome();
    return outcome ? std::optional(outcome->outcome) : std::nullopt;
  }
  json active() {
    json body = forge_.claims(date0);
    body["active"] = true;
    return body;
  }
  std::string bound(const json& confirmation) {
    json claims = forge_.claims(date0);
    claims["cnf"] = confirmation;
    return forge_.sign(forge_.header(), claims);
  }

  test::TokenForge forge_;
  SetClock clock_;
  Revocations revocations_{100};
  io::SharedProofs proofs_;
  Questions questions_;
  common::Metrics metrics_;
  AuthenticatorConfig config_;
  ims::FlowPeer peer_;
  std::optional<Authenticator> authenticator_;
  std::uint64_t last_id_ = 0;
};

TEST_F(TokenProofs, J16_AnOpaqueTokenIsTheIssuersToJudge) {
  EXPECT_EQ(present("opaque-token"), std::nullopt);
  ASSERT_EQ(questions_.asked.size(), 1U);
  EXPECT_EQ(questions_.asked[0].second, "opaque-token");
  const auto outcome = answer(200, active());
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ((*outcome)->impi, "alice@ims.example");
}

TEST_F(TokenProofs, J16_TheAnswerCountsFor30SecondsAndNeverLongerThanTheToken) {
  EXPECT_EQ(present("opaque-token"), std::nullopt);
  ASSERT_TRUE(*answer(200, active()));
  clock_.date = date0 + 29s;
  EXPECT_TRUE(*present("opaque-token"));
  clock_.date = date0 + 30s;
  EXPECT_EQ(present("opaque-token"), std::nullopt) << "asked again";
  json dying = active();
  dying["exp"] = 1'800'000'035;
  ASSERT_TRUE(*answer(200, dying));
  clock_.date = date0 + 35s;
  EXPECT_EQ(present("opaque-token"), std::nullopt);
}

TEST_F(TokenProofs, J16_InactiveIsRefusedAndNoAnswerFailsClosed) {
  EXPECT_EQ(present("opaque-1"), std::nullopt);
  EXPECT_EQ(answer(200, {{"active", false}})->error(), TokenFailure::invalid_token);
  EXPECT_EQ(present("opaque-2"), std::nullopt);
  EXPECT_EQ(answer(401, {{"error", "invalid_client"}})->error(), TokenFailure::unavailable);
  EXPECT_EQ(present("opaque-3"), std::nullopt);
  EXPECT_EQ(authenticator_->poll_timeout(), t0 + 2s);
  authenticator_->handle_timeout(t0 + 2s);
  EXPECT_EQ(authenticator_->poll_outcome()->outcome.error(), TokenFailure::unavailable);
  EXPECT_EQ(answer(200, active()), std::nullopt) << "too late";
}

TEST_F(TokenProofs, Attack44_AnswersForAnotherAudienceOrIssuerDoNotCount) {
  for (const char* claim : {"aud", "iss"}) {
    EXPECT_EQ(present(std::string("opaque-") + claim), std::nullopt);
    json foreign = active();
    foreign[claim] = "https://other.example";
    EXPECT_EQ(answer(200, foreign)->error(), TokenFailure::invalid_token) << claim;
  }
}

TEST_F(TokenProofs, Attack20_ARevokedTokenIsRefusedAlsoOutOfTheCache) {
  authenticator_->handle_feed(t0);
  const std::string token = forge_.good(date0);
  ASSERT_TRUE(*present(token));
  revocations_.add({.type = RevocationNotice::Type::token,
                    .sequence = 1,
                    .id = "j-1",
                    .not_before = date0,
                    .expires_at = date0 + 600s},
                   date0);
  EXPECT_EQ(present(token)->error(), TokenFailure::invalid_token);
}

TEST_F(TokenProofs, Attack21_ASilentFeedMeansIntrospectionForNewTokens) {
  authenticator_->handle_feed(t0);
  const std::string known = forge_.good(date0);
  ASSERT_TRUE(*present(known, "", t0 + 59s));
  EXPECT_TRUE(authenticator_->is_feed_fresh(t0 + 59s));
  EXPECT_FALSE(authenticator_->is_feed_fresh(t0 + 60s));
  EXPECT_TRUE(*present(known, "", t0 + 60s)) << "what runs goes on";
  json claims = forge_.claims(date0);
  claims["jti"] = "j-2";
  const std::string fresh = forge_.sign(forge_.header(), claims);
  EXPECT_EQ(present(fresh, "", t0 + 60s), std::nullopt);
  claims["active"] = true;
  EXPECT_TRUE(*answer(200, claims, t0 + 60s));
}

TEST_F(TokenProofs, Attack21_TheOperatorMayRefuseOrAcceptInstead) {
  config_.stale_feed = AuthenticatorConfig::Stale::refuse;
  restart(true);
  EXPECT_EQ(present(forge_.good(date0))->error(), TokenFailure::unavailable);
  config_.stale_feed = AuthenticatorConfig::Stale::accept;
  restart(true);
  EXPECT_TRUE(*present(forge_.good(date0)));
  config_.stale_feed = AuthenticatorConfig::Stale::refuse;
  restart(false);
  EXPECT_TRUE(*present(forge_.good(date0))) << "an issuer without a feed";
}

TEST_F(TokenProofs, J18_Attack25_ABoundTokenIsWorthNothingWithoutItsKey) {
  restart(false);
  const test::DpopKey key;
  const test::DpopKey thief;
  const std::string token = bound({{"jkt", key.thumbprint()}});
  EXPECT_EQ(present(token)->error(), TokenFailure::invalid_token) << "no proof";
  EXPECT_EQ(present(token, thief.proof("REGISTER", domain, date0, token))->error(),
            TokenFailure::invalid_token);
  EXPECT_EQ(present(token, key.proof("INVITE", domain, date0, token))->error(),
            TokenFailure::invalid_token);
  EXPECT_EQ(present(token, key.proof("REGISTER", "sip:other.example", date0, token))->error(),
            TokenFailure::invalid_token);
  EXPECT_EQ(present(token, key.proof("REGISTER", domain, date0, forge_.good(date0)))->error(),
            TokenFailure::invalid_token)
      << "a proof for another token";
  EXPECT_EQ(present(token, key.proof("REGISTER", domain, date0 - 10min, token))->error(),
            TokenFailure::invalid_token);
  const std::string proof = key.proof("REGISTER", domain, date0, token);
  EXPECT_TRUE(*present(token, proof));
  EXPECT_EQ(present(token, proof)->error(), TokenFailure::invalid_token) << "used twice";
}

TEST_F(TokenProofs, J17_Attack93_ACertificateBoundTokenNeedsItsCertificate) {
  restart(false);
  const std::string token = bound({{"x5t#S256", "thumbprint-of-the-phone"}});
  EXPECT_EQ(present(token)->error(), TokenFailure::invalid_token) << "a WebSocket shows none";
  peer_.certificate = "another";
  EXPECT_EQ(present(token)->error(), TokenFailure::invalid_token);
  peer_.certificate = "thumbprint-of-the-phone";
  EXPECT_TRUE(*present(token));
}

}  // namespace
}  // namespace wic
