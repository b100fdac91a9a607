// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/authenticator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ims-interface/phone_access.hpp"
#include "token_forge.hpp"
#include "wic-gateway/io/shared_proofs.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using ims::TokenFailure;

constexpr common::SystemTime date0 = common::system_time(1'800'000'000);
constexpr common::TimePoint t0{1000h};

class SetClock final : public WallClock {
 public:
  common::SystemTime now() override { return date; }
  common::SystemTime date = date0;
};

class Requester final : public KeyRequester {
 public:
  void request_keys() override { ++requests; }
  int requests = 0;
};

class Revocations final : public RevocationList {
 public:
  bool is_revoked(const common::jose::AccessToken&) const override { return all; }
  bool all = false;
};

AuthenticatorConfig config() {
  AuthenticatorConfig made;
  made.tokens.issuer = "https://waf.ims.example";
  made.tokens.audience = "sip:gateway.ims.example";
  return made;
}

ims::PresentedToken presented(std::string_view token) {
  return {token, "REGISTER", "sip:ims.example"};
}

class AuthenticatorTest : public testing::Test {
 protected:
  std::optional<ims::TokenOutcome> verify(const std::string& token,
                                          const std::vector<std::string>& scopes = {},
                                          common::TimePoint now = t0) {
    ims::FlowPeer peer;
    peer.origin = "https://phone.ims.example";
    peer.address = common::Endpoint::parse("198.51.100.7:4000").value();
    return authenticator_.verify(now, ims::VerificationId{++last_id_}, presented(token), peer,
                                 scopes);
  }
  static KeySetPtr set_of(const test::TokenForge& forge) {
    return std::make_shared<const common::jose::KeySet>(forge.keys());
  }

  test::TokenForge forge_;
  SetClock clock_;
  Requester requester_;
  Revocations revocations_;
  common::Metrics metrics_;
  AuthenticatorConfig config_ = config();
  io::SharedProofs proofs_;
  Authenticator::Surroundings around_{clock_, revocations_, proofs_, &requester_};
  Authenticator authenticator_{config_, around_, metrics_};
  std::uint64_t last_id_ = 0;
};

TEST_F(AuthenticatorTest, TOK02_GivesIdentityAndExpiryOnTheTimersClock) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const auto outcome = verify(forge_.good(date0));
  ASSERT_TRUE(outcome && *outcome);
  EXPECT_EQ((*outcome)->impi, "alice@ims.example");
  EXPECT_EQ((*outcome)->impus.front(), "sip:alice@ims.example");
  EXPECT_EQ((*outcome)->expires_at, t0 + 600s);
  EXPECT_EQ((*outcome)->wwsf, "wwsf.ims.example");
}

TEST_F(AuthenticatorTest, TOK03_A24_MissingScope) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const auto outcome = verify(forge_.good(date0), {"sip.message"});
  ASSERT_TRUE(outcome);
  ASSERT_FALSE(*outcome);
  EXPECT_EQ(outcome->error(), TokenFailure::invalid_scope);
  EXPECT_TRUE(*verify(forge_.good(date0), {"webrtc-ims-client-access-to-ims"}));
}

TEST_F(AuthenticatorTest, RememberedTokenStillExpires) {
  authenticator_.handle_keys(t0, set_of(forge_));
  auto claims = forge_.claims(date0);
  claims["exp"] = common::unix_seconds(date0) + 5;
  const std::string token = forge_.sign(forge_.header(), claims);
  ASSERT_TRUE(*verify(token));
  clock_.date = date0 + 36s;
  EXPECT_EQ(verify(token)->error(), TokenFailure::invalid_token);
}

TEST_F(AuthenticatorTest, J15_RememberedTokenCanBeRevoked) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const std::string token = forge_.good(date0);
  ASSERT_TRUE(*verify(token));
  revocations_.all = true;
  EXPECT_EQ(verify(token)->error(), TokenFailure::invalid_token);
}

TEST_F(AuthenticatorTest, J14_DroppedKeyEndsRememberedTokens) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const std::string token = forge_.good(date0);
  ASSERT_TRUE(*verify(token));
  const test::TokenForge other("k2");
  authenticator_.handle_keys(t0, set_of(other));
  EXPECT_EQ(verify(token), std::nullopt) << "held until the issuer was asked";
  authenticator_.handle_keys(t0, set_of(other));
  const auto outcome = authenticator_.poll_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome.error(), TokenFailure::invalid_token);
}

TEST_F(AuthenticatorTest, J13_UnknownKeyIsHeldUntilTheNewSetComes) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const test::TokenForge rotated("k2");
  EXPECT_EQ(verify(rotated.good(date0)), std::nullopt);
  EXPECT_EQ(requester_.requests, 1);
  EXPECT_EQ(authenticator_.poll_timeout(), t0 + 3s);
  authenticator_.handle_keys(t0 + 1s, set_of(rotated));
  const auto outcome = authenticator_.poll_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->id, ims::VerificationId{1});
  EXPECT_TRUE(outcome->outcome);
  EXPECT_TRUE(outcome->refusal.empty());
  EXPECT_EQ(authenticator_.poll_timeout(), std::nullopt);
}

TEST_F(AuthenticatorTest, SEC14_RefusalAfterAWaitNamesItsClientForTheCount) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const test::TokenForge stranger("k9");
  const std::string token = stranger.good(date0);
  ASSERT_EQ(verify(token), std::nullopt);
  authenticator_.handle_keys(t0 + 1s, set_of(forge_));
  const auto outcome = authenticator_.poll_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome.error(), TokenFailure::invalid_token);
  EXPECT_EQ(outcome->peer.address.to_string(), "198.51.100.7:4000");
  EXPECT_FALSE(outcome->refusal.empty());
  EXPECT_EQ(outcome->refusal.find(token.substr(0, 20)), std::string::npos);
}

TEST_F(AuthenticatorTest, J13_A19_FloodOfUnknownKeysAsksOnce) {
  authenticator_.handle_keys(t0, set_of(forge_));
  const test::TokenForge stranger("k9");
  ASSERT_EQ(verify(stranger.good(date0)), std::nullopt);
  authenticator_.handle_keys(t0, set_of(forge_));
  for (int second = 1; second < 60; ++second) {
    const auto outcome = verify(stranger.good(date0), {}, t0 + std::chrono::seconds(second));
    ASSERT_TRUE(outcome) << "answered at once";
    EXPECT_EQ(outcome->error(), TokenFailure::invalid_token);
  }
  EXPECT_EQ(requester_.requests, 1);
  EXPECT_EQ(verify(stranger.good(date0), {}, t0 + 60s), std::nullopt);
  EXPECT_EQ(requester_.requests, 2);
}

TEST_F(AuthenticatorTest, J13_WithoutKeysRequestsWaitThreeSecondsAndThenGet503) {
  EXPECT_EQ(verify(forge_.good(date0)), std::nullopt);
  authenticator_.handle_keys(t0 + 1s, nullptr);
  EXPECT_EQ(authenticator_.poll_outcome(), std::nullopt);
  authenticator_.handle_timeout(t0 + 2999ms);
  EXPECT_EQ(authenticator_.poll_outcome(), std::nullopt);
  authenticator_.handle_timeout(t0 + 3s);
  const auto outcome = authenticator_.poll_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->outcome.error(), TokenFailure::unavailable);
}

TEST_F(AuthenticatorTest, SEC14_HeldRequestsAreBounded) {
  config_.max_held = 2;
  Authenticator small(config_, around_, metrics_);
  const std::string token = forge_.good(date0);
  for (std::uint64_t id = 1; id <= 2; ++id) {
    EXPECT_EQ(small.verify(t0, ims::VerificationId{id}, presented(token), {}, {}), std::nullopt);
  }
  EXPECT_EQ(small.verify(t0, ims::VerificationId{3}, presented(token), {}, {})->error(),
            TokenFailure::unavailable);
}

TEST_F(AuthenticatorTest, SEC06_WwsfIsBoundToItsOrigins) {
  config_.wwsf_origins = {{"wwsf.ims.example", {"https://phone.ims.example"}}};
  around_.key_requester = nullptr;
  Authenticator bound(config_, around_, metrics_);
  bound.handle_keys(t0, set_of(forge_));
  ims::FlowPeer peer;
  peer.origin = "https://phone.ims.example";
  EXPECT_TRUE(*bound.verify(t0, {1}, presented(forge_.good(date0)), peer, {}));
  peer.origin = "https://evil.example";
  EXPECT_EQ(bound.verify(t0, {2}, presented(forge_.good(date0)), peer, {})->error(),
            TokenFailure::client_refused);
  ims::FlowPeer phone;  // which no page can be
  phone.access = std::make_shared<const ims::PhoneAccess>();
  EXPECT_TRUE(*bound.verify(t0, {3}, presented(forge_.good(date0)), phone, {}));
}

TEST_F(AuthenticatorTest, MalformedTokenIsToldApart) {
  authenticator_.handle_keys(t0, set_of(forge_));
  EXPECT_EQ(verify("no token")->error(), TokenFailure::malformed);
  EXPECT_EQ(verify(std::string(5000, 'a'))->error(), TokenFailure::malformed);
}

}  // namespace
}  // namespace wic
