// SPDX-License-Identifier: Apache-2.0
// Token-auth 3.3 and 3.4: the exchange of a code and what it becomes; attacks 61 to 75.
#include <nlohmann/json.hpp>

#include "tests/unit/waf/devices/device_fixture.hpp"
#include "waf/grants/refresh_token.hpp"

namespace waf {
namespace {

using test_support::realm;

class Exchange : public test_support::DeviceFixture {
 protected:
  std::string sign_in(const User& who, const std::string& device = "urn:uuid:1") {
    const std::string code = mint(who);
    EXPECT_EQ(outcome(digest_fields(who.name, code, device)), "ok");
    return code;
  }
  static common::FormFields from(common::FormFields fields, const std::string& source) {
    return with(std::move(fields), "source", source);
  }
};

TEST_F(Exchange, C05_C08_ADigestIsExchangedWithEveryAlgorithm) {
  for (const auto algorithm :
       {DigestAlgorithm::md5, DigestAlgorithm::sha256, DigestAlgorithm::sha512_256}) {
    const auto out =
        exchange(digest_fields("bob", mint(bob), std::string(name_of(algorithm)), algorithm));
    ASSERT_TRUE(out) << name_of(algorithm) << ": " << out.error().message();
    const auto token = common::jose::verify_access_token(out->access_token, keys.published());
    ASSERT_TRUE(token);
    EXPECT_EQ(token->subject, bob.id);
    EXPECT_EQ(token->client_id, "gateway");
    EXPECT_EQ(token->session, "s-bob");
    EXPECT_FALSE(out->refresh_token.empty());
    const auto members = nlohmann::json::parse(out->members);
    EXPECT_EQ(members["sip"]["impi"], "bob@ims.example");
    EXPECT_EQ(members["sip"]["default_impu"], "sip:bob@ims.example");
    EXPECT_EQ(members["sip"]["impus"].size(), 2U);
    EXPECT_FALSE(members["credential_id"].get<std::string>().empty());
  }
}

TEST_F(Exchange, C06_ACodeIsExchanged) {
  EXPECT_EQ(outcome(code_only_fields("+15550100002", mint(bob))), "ok");
  EXPECT_EQ(outcome(code_only_fields("bob", "12345")), "invalid_grant");
}

TEST_F(Exchange, C13_ACodeAloneFindsItsUserOnlyWhereAllowed) {
  EXPECT_EQ(outcome(code_only_fields("", mint(bob))), "invalid_request");
  settings.devices.access_codes.without_user_name = true;
  const auto out = exchange(code_only_fields("", mint(bob)));
  ASSERT_TRUE(out);
  EXPECT_EQ(nlohmann::json::parse(out->members)["sip"]["impi"], "bob@ims.example");
}

TEST_F(Exchange, C08_ScopeMayBeNarrowerAndNeverWider) {
  auto fields = digest_fields("bob", mint(bob));
  EXPECT_EQ(outcome(with(fields, "scope", "sip.register admin")), "invalid_scope");
  const auto out = exchange(with(fields, "scope", "sip.register"));
  ASSERT_TRUE(out) << "a refused scope must not spend the code";
  EXPECT_EQ(out->scopes, std::vector<std::string>{"sip.register"});
}

TEST_F(Exchange, C08_MalformedExchangesAreRefusedAndNotCounted) {
  const auto good = digest_fields("bob", mint(bob));
  const std::vector<std::pair<std::string, std::string>> bad = {{"mode", "x"},
                                                                {"realm", "other"},
                                                                {"algorithm", "SHA-1"},
                                                                {"nc", "1"},
                                                                {"nc", "0000000g"},
                                                                {"qop", "auth-int"},
                                                                {"method", "invite"},
                                                                {"response", "00"},
                                                                {"device_id", ""},
                                                                {"transport", "x"},
                                                                {"source", "localhost"},
                                                                {"cnonce", ""},
                                                                {"username", std::string(200, 'a')},
                                                                {"uri", std::string(600, 'a')}};
  for (int i = 0; i < 5; ++i) {
    for (const auto& [name, value] : bad) {
      EXPECT_EQ(outcome(with(good, name, value)), "invalid_request") << name;
    }
  }
  EXPECT_EQ(outcome(good), "ok");
}

TEST_F(Exchange, C05_AnotherRequestThanRegisterProvesAPhoneButSignsNoneIn) {
  const std::string code = mint(bob);
  const auto invite = [&] {
    auto fields = digest_fields("bob", code);
    DigestProof proof{DigestAlgorithm::sha256, "nonce",  "00000001", "cnonce",
                      "sip:ims.example",       "INVITE", ""};
    proof.response = response_of(proof, ha1_of(DigestAlgorithm::sha256, "bob", realm, code));
    return with(with(std::move(fields), "method", proof.method), "response", proof.response);
  }();
  EXPECT_EQ(outcome(invite), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
  EXPECT_EQ(outcome(invite), "ok");
}

TEST_F(Exchange, C07_Attack61_ThreeWrongGuessesAndTheCodeIsDeadAndTheUserTold) {
  const std::string code = mint(bob);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(outcome(digest_fields("bob", "1111111111", "phone" + std::to_string(i))),
              "invalid_grant");
  }
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
  const auto notices = store.device_notices(bob.id, 5);
  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].kind, DeviceNotice::Kind::code_guessed);
  EXPECT_EQ(notices[0].source, "192.0.2.1");
}

TEST_F(Exchange, C04_Attack62_OneGuessEachOnManyUsersRunsIntoTheRealmsLimit) {
  int limited = 0;
  for (int i = 0; i < 400; ++i) {
    // Each from a network of its own, each at another user.
    const std::string source =
        "10." + std::to_string(i / 200) + "." + std::to_string(i % 200) + ".1";
    const auto out = outcome(from(digest_fields("user" + std::to_string(i), "1111111111"), source));
    if (out == "temporarily_unavailable") ++limited;
  }
  EXPECT_EQ(limited, 100);
  // It ends by itself, and a phone that is signed in never notices.
  now += seconds(60);
  EXPECT_EQ(outcome(digest_fields("bob", mint(bob))), "ok");
}

TEST_F(Exchange, C04_Attack62_OneNetworkIsLimitedAndOthersAreNot) {
  const std::string code = sign_in(bob);
  for (int i = 0; i < 40; ++i) {
    (void)outcome(from(digest_fields("user" + std::to_string(i), "1111111111"),
                       "198.51.100." + std::to_string(i)));
  }
  const auto fresh = digest_fields("alice", mint(user), "other");
  EXPECT_EQ(outcome(from(fresh, "198.51.100.77")), "temporarily_unavailable");
  EXPECT_EQ(outcome(from(fresh, "192.0.2.7")), "ok");
  EXPECT_EQ(outcome(from(digest_fields("bob", code), "198.51.100.78")), "ok")
      << "the phone that is signed in goes on";
}

TEST_F(Exchange, C12_Attack63_TheCodeFromASecondPhoneIsRefusedAndTheUserTold) {
  const std::string code = sign_in(bob);
  EXPECT_EQ(outcome(digest_fields("bob", code, "thief")), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok") << "the first phone is not harmed";
  const auto notices = store.device_notices(bob.id, 5);
  ASSERT_EQ(notices.size(), 2U);
  EXPECT_EQ(notices[0].kind, DeviceNotice::Kind::other_device);
  EXPECT_EQ(notices[1].kind, DeviceNotice::Kind::signed_in);
  EXPECT_EQ(notices[1].model, "Example Phone 3");
}

TEST_F(Exchange, C02_Attack64_OfTwoGatewaysThatRaceOneWins) {
  (void)mint(bob);
  auto credential = store.device_credentials_of_user(bob.id).at(0);
  credential.state = DeviceCredential::State::activated;
  auto other = credential;
  credential.device = "one";
  other.device = "two";
  EXPECT_TRUE(store.activate_device_credential(credential));
  EXPECT_FALSE(store.activate_device_credential(other));
  EXPECT_EQ(store.find_device_credential(credential.id)->device, "one");
}

TEST_F(Exchange, C04_Attack66_GuessingCostsTheCodeAndNothingElse) {
  const std::string code = sign_in(bob);
  (void)mint(bob);
  for (int i = 0; i < 5; ++i) {
    (void)outcome(digest_fields("bob", "1111111111", "stranger"));
  }
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
  EXPECT_EQ(outcome(digest_fields("bob", mint(bob), "new")), "ok");
  EXPECT_TRUE(store.find_user(bob.id)->enabled);
}

TEST_F(Exchange, C10_Attack67_NoCodesInClearTextByDefault) {
  const auto good = digest_fields("bob", mint(bob));
  for (const auto* transport : {"udp", "tcp"}) {
    EXPECT_EQ(outcome(with(good, "transport", transport)), "invalid_request");
  }
  EXPECT_EQ(outcome(good), "ok");
}

TEST_F(Exchange, C10_ClearTextIsForNamedNetworksAndTiesThePhoneToItsAddress) {
  AccessCodeSettings& codes = settings.devices.access_codes;
  codes.allow_cleartext = true;
  codes.cleartext_networks = {"192.0.2.0/24"};
  codes.digits = 12;
  const std::string code = mint(bob);
  const auto good = with(digest_fields("bob", code), "transport", "udp");
  EXPECT_EQ(outcome(from(good, "198.51.100.1")), "invalid_request");
  EXPECT_EQ(outcome(good), "ok");
  EXPECT_EQ(outcome(good), "ok");
  EXPECT_EQ(outcome(from(good, "192.0.2.2")), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant") << "another kind of transport";
}

TEST_F(Exchange, B21_Attack68_AnAlgorithmThatIsNotOfferedIsRefused) {
  settings.devices.access_codes.algorithms = {"SHA-256"};
  const std::string code = mint(bob);
  EXPECT_EQ(outcome(digest_fields("bob", code, "a", DigestAlgorithm::md5)), "invalid_request");
  EXPECT_TRUE(store.device_secrets_of_name("bob", 1)[0].ha1_md5.empty());
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
}

TEST_F(Exchange, C03_Attack70_ACodeIsOfOneUserOnly) {
  const std::string code = mint(user);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
  EXPECT_EQ(outcome(code_only_fields("bob", code)), "invalid_grant");
}

TEST_F(Exchange, C02_Attack71_LateCodesAndDroppedZerosAreRefused) {
  std::string code = mint(bob);
  while (code[0] != '0') code = mint(bob);
  EXPECT_EQ(outcome(code_only_fields("bob", code.substr(1))), "invalid_grant");
  now += seconds(299);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
  const std::string late = mint(bob);
  now += seconds(300);
  EXPECT_EQ(outcome(digest_fields("bob", late, "b")), "invalid_grant");
}

TEST_F(Exchange, C07_OneErrorForEveryReason) {
  const std::string used = sign_in(bob);
  const std::string late = mint(user);
  now += seconds(300);
  const auto answer = [this](const common::FormFields& fields) {
    return oauth_error(exchange(fields).error()).body;
  };
  const std::string wrong = answer(digest_fields("bob", "1111111111", "x"));
  EXPECT_EQ(answer(digest_fields("nobody", "1111111111")), wrong);
  EXPECT_EQ(answer(digest_fields("alice", late)), wrong);
  EXPECT_EQ(answer(digest_fields("bob", used, "x")), wrong);
}

TEST_F(Exchange, C11_TheGatewayRefreshesAndAnEndedGrantIsRefused) {
  const auto out = exchange(digest_fields("bob", mint(bob)));
  ASSERT_TRUE(out);
  const auto token = store.find_refresh_token(digest_of(out->refresh_token));
  ASSERT_TRUE(token);
  const auto grant = store.find_grant(token->grant_id);
  EXPECT_EQ(grant->client_id, "gateway");
  EXPECT_EQ(grant->expires_at, now + seconds(12 * 3600));
  TokenRequest request(Parameters({{"refresh_token", out->refresh_token}}),
                       std::make_shared<const Client>(gateway), {}, {});
  const auto refreshed = redeem_refresh_token(grants(), request, now);
  ASSERT_TRUE(refreshed);
  ASSERT_TRUE(sign_out_phone(grants(), bob.id, signed_in_phones(store, bob.id, now)[0].id, now));
  request.parameters = Parameters({{"refresh_token", refreshed->refresh_token}});
  EXPECT_EQ(redeem_refresh_token(grants(), request, now).error(), Errc::invalid_grant);
}

TEST_F(Exchange, C12_Attack75_ThePhoneGoesOnAfterARestartUntilItsTimeEnds) {
  const std::string code = sign_in(bob);
  now += seconds(11 * 3600);
  context_.emplace(settings, store, keys, random, Assets{}, "", metrics);  // both restarted
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
  now += seconds(3600);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
}

TEST_F(Exchange, C12_SignOutEndsThePhoneAtOnce) {
  const std::string code = sign_in(bob);
  const auto phones = signed_in_phones(store, bob.id, now);
  ASSERT_EQ(phones.size(), 1U);
  EXPECT_FALSE(sign_out_phone(grants(), user.id, phones[0].id, now)) << "another user's phone";
  EXPECT_TRUE(sign_out_phone(grants(), bob.id, phones[0].id, now));
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
  EXPECT_TRUE(signed_in_phones(store, bob.id, now).empty());
  EXPECT_TRUE(store.revoked_at(Revocation::Type::grant, phones[0].grant_id));
}

TEST_F(Exchange, E08_LogoutOfTheSessionEndsItsPhonesAndCodes) {
  const std::string code = sign_in(bob);
  const std::string waiting = mint(bob);
  revoke_session(grants(), "s-bob", now);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", waiting, "new")), "invalid_grant");
}

TEST_F(Exchange, C12_ADisabledUserHasNoPhones) {
  const std::string code = sign_in(bob);
  bob.enabled = false;
  store.put_user(bob);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
}

TEST_F(Exchange, C04_DigestErrorsOfASignedInPhoneDelayAndSuspendItForAWhile) {
  const std::string code = sign_in(bob);
  EXPECT_EQ(outcome(digest_fields("bob", "1111111111")), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant") << "within the first second";
  now += seconds(1);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(outcome(digest_fields("bob", "1111111111")), "invalid_grant");
  }
  now += seconds(899);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "invalid_grant");
  EXPECT_EQ(store.device_notices(bob.id, 1)[0].kind, DeviceNotice::Kind::suspended);
  now += seconds(1);
  EXPECT_EQ(outcome(digest_fields("bob", code)), "ok") << "never for good";
}

TEST_F(Exchange, C04_APhoneThatGoesOnWithAnEndedCodeDoesNotKillTheNextOne) {
  const std::string ended = sign_in(bob);
  ASSERT_TRUE(sign_out_phone(grants(), bob.id, signed_in_phones(store, bob.id, now)[0].id, now));
  const std::string fresh = mint(bob);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(outcome(digest_fields("bob", ended)), "invalid_grant");
  EXPECT_EQ(outcome(digest_fields("bob", fresh)), "ok");
}

TEST_F(Exchange, C02_WhatHasEndedIsSweptAway) {
  (void)sign_in(bob);
  (void)mint(bob);
  now += seconds(12 * 3600 + 86400 + 1);
  (void)store.sweep(now, 1000);
  (void)store.sweep(now, 1000);
  EXPECT_TRUE(store.device_credentials_of_user(bob.id).empty());
  EXPECT_TRUE(store.device_secrets_of_name("bob", 10).empty());
}

}  // namespace
}  // namespace waf
