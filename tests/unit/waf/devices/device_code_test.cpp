// SPDX-License-Identifier: Apache-2.0
// RFC 8628 without its pages.
#include "waf/grants/device_code.hpp"

#include "tests/unit/waf/devices/device_fixture.hpp"

namespace waf {
namespace {

class DeviceCode : public test_support::DeviceFixture {
 protected:
  void SetUp() override {
    test_support::DeviceFixture::SetUp();
    phone = store.find_client("demo").value();
    phone.grant_types.emplace_back(device_code_grant);
    started =
        start_device(grants(), request({{"scope", "openid offline_access sip.register"}}), now)
            .value();
  }
  TokenRequest request(const common::FormFields& fields, const std::string& key = "") const {
    return {Parameters(fields), std::make_shared<const Client>(phone), {{}, key}, {}};
  }
  common::Result<TokenSet> redeem(const std::string& key = "") {
    return redeem_device_code(grants(), request({{"device_code", started.device_code}}, key), now);
  }
  std::string poll() {
    const auto out = redeem();
    return out ? "ok" : out.error().code.message();
  }

  Client phone;
  StartedDevice started;
};

TEST_F(DeviceCode, C14_TheUserCodeIsEasyToTypeAndHardToGuess) {
  EXPECT_EQ(started.user_code.size(), 9U);
  EXPECT_EQ(started.user_code[4], '-');
  EXPECT_EQ(started.user_code.find_first_of("AEIOUY0123456789"), std::string::npos);
  EXPECT_EQ(normalised_user_code("wdjb mjht"), "WDJBMJHT");
  EXPECT_EQ(normalised_user_code("WDJBMJHT"), "WDJBMJHT");
  for (const auto* bad : {"", "WDJB", "WDJB-MJHA", "WDJB-MJHT-X", "WDJB<MJHT"}) {
    EXPECT_EQ(normalised_user_code(bad), "") << bad;
  }
  EXPECT_TRUE(find_waiting_device(grants(), started.user_code, now));
  EXPECT_FALSE(find_waiting_device(grants(), "BCDF-BCDF", now));
}

TEST_F(DeviceCode, C14_Attack59_PollingTooFastCostsFiveSecondsForGood) {
  EXPECT_EQ(poll(), "authorization_pending");
  now += seconds(4);
  EXPECT_EQ(poll(), "slow_down");
  now += seconds(9);
  EXPECT_EQ(poll(), "slow_down") << "ten seconds by now";
  now += seconds(15);
  EXPECT_EQ(poll(), "authorization_pending");
  now += seconds(14);
  EXPECT_EQ(poll(), "slow_down");
}

TEST_F(DeviceCode, C14_AnApprovedDeviceGetsItsTokensOnce) {
  approve_device(grants(), *find_waiting_device(grants(), started.user_code, now), login_of(user));
  EXPECT_FALSE(find_waiting_device(grants(), started.user_code, now)) << "decided";
  const auto out = redeem();
  ASSERT_TRUE(out) << out.error().message();
  EXPECT_FALSE(out->refresh_token.empty());
  EXPECT_FALSE(out->id_token.empty());
  EXPECT_EQ(common::jose::verify_access_token(out->access_token, keys.published())->subject,
            user.id);
  EXPECT_EQ(poll(), "invalid_grant");
}

TEST_F(DeviceCode, C14_ADeniedOrLateDeviceIsToldSo) {
  deny_device(grants(), *find_waiting_device(grants(), started.user_code, now));
  EXPECT_EQ(poll(), "access_denied");
  started = start_device(grants(), request({}), now).value();
  now += seconds(600);
  EXPECT_EQ(poll(), "expired_token");
  EXPECT_FALSE(find_waiting_device(grants(), started.user_code, now));
}

TEST_F(DeviceCode, C14_AnotherClientOrKeyGetsNothing) {
  approve_device(grants(), *find_waiting_device(grants(), started.user_code, now), login_of(user));
  phone.id = "other";
  EXPECT_EQ(poll(), "invalid_grant");
  phone.id = "demo";
  started = start_device(grants(), request({}, "key"), now).value();
  approve_device(grants(), *find_waiting_device(grants(), started.user_code, now), login_of(user));
  EXPECT_FALSE(redeem("thief"));
  EXPECT_TRUE(redeem("key"));
}

TEST_F(DeviceCode, C14_AnApprovalEndsWithItsSession) {
  approve_device(grants(), *find_waiting_device(grants(), started.user_code, now), login_of(user));
  revoke_session(grants(), "s-alice", now);
  EXPECT_EQ(poll(), "access_denied");
}

TEST_F(DeviceCode, C14_OnlyClientsWithTheGrantAndTheirScopes) {
  EXPECT_EQ(start_device(grants(), request({{"scope", "admin"}}), now).error(),
            Errc::invalid_scope);
  phone.grant_types = {"authorization_code"};
  EXPECT_EQ(start_device(grants(), request({}), now).error(), Errc::unauthorized_client);
}

}  // namespace
}  // namespace waf
