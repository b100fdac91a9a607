// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/io/key_files.hpp"
#include "common/jose/signing_key.hpp"
#include "waf/federation/errc.hpp"
#include "waf/federation/provider.hpp"

namespace waf::federation {

/// A corporate provider whose tokens a test can forge at will.
class UpstreamFixture : public testing::Test {
 protected:
  UpstreamFixture() {
    provider.name = "corp";
    provider.issuer = "https://login.corp.example";
    provider.client_id = "waf";
    keys.add(key.public_key());
  }

  [[nodiscard]] nlohmann::json id_claims() const {
    return {{"iss", provider.issuer},
            {"aud", provider.client_id},
            {"sub", "erin-1"},
            {"iat", common::unix_seconds(now)},
            {"exp", common::unix_seconds(now) + 300},
            {"nonce", "n-1"},
            {"sid", "up-1"},
            {"preferred_username", "erin"}};
  }
  [[nodiscard]] nlohmann::json logout_claims_of_corp() const {
    return {{"iss", provider.issuer},
            {"aud", provider.client_id},
            {"sub", "erin-1"},
            {"sid", "up-1"},
            {"iat", common::unix_seconds(now)},
            {"exp", common::unix_seconds(now) + 120},
            {"jti", "j-1"},
            {"events",
             {{"http://schemas.openid.net/event/backchannel-logout", nlohmann::json::object()}}}};
  }
  [[nodiscard]] std::string sign(const nlohmann::json& claims,
                                 std::string_view type = "JWT") const {
    common::jose::Signer signer(key, type);
    return signer.sign(claims.dump());
  }

  common::SystemTime now = common::system_time(1'700'000'000);
  Provider provider;
  common::jose::SigningKey key = common::io::generate_signing_key("k1");
  common::jose::KeySet keys;
};

}  // namespace waf::federation
