// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/unit/waf/server_fixture.hpp"
#include "waf/devices/access_code.hpp"
#include "waf/devices/digest_proof.hpp"
#include "waf/devices/phones.hpp"
#include "waf/errc.hpp"
#include "waf/grants/access_code.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::test_support {

inline constexpr const char* realm = "ims.example";

/// A WAF with access codes, and a gateway that exchanges them.
class DeviceFixture : public ServerFixture {
 protected:
  DeviceFixture() {
    AccessCodeSettings& codes = settings.devices.access_codes;
    codes.enabled = true;
    codes.realm = realm;
    codes.minted_per_user = {1000, seconds(1)};
    context_.emplace(settings, store, keys, random, Assets{}, "", metrics);
  }

  void SetUp() override {
    ServerFixture::SetUp();
    gateway.id = "gateway";
    gateway.authentication = ClientAuthentication::private_key_jwt;
    gateway.scopes = {"sip.register", "sip.call", "sip.message"};
    gateway.grant_types = {std::string(access_code_grant), "refresh_token", "client_credentials"};
    store.put_client(gateway);
    bob = user;
    bob.id = "u-2";
    bob.name = "bob";
    bob.impi = "bob@ims.example";
    bob.impus = {"sip:bob@ims.example", "tel:+15550100002"};
    store.put_user(bob);
  }

  GrantContext& grants() { return context_->grants; }
  LoginFacts login_of(const User& who) const {
    return {who.id, "s-" + who.name, "urn:acr:pwd", {"pwd"}, now};
  }
  std::string mint(const User& who) {
    const auto minted = mint_access_code(grants(), who, login_of(who), now);
    return minted ? minted->code.get() : minted.error().code.message();
  }

  /// What the gateway sends for a phone that answered its Digest challenge.
  static common::FormFields digest_fields(const std::string& name, const std::string& code,
                                          const std::string& device = "urn:uuid:1",
                                          DigestAlgorithm algorithm = DigestAlgorithm::sha256) {
    DigestProof proof{algorithm, "nonce", "00000001", "cnonce", "sip:ims.example", "REGISTER", ""};
    proof.response = response_of(proof, ha1_of(algorithm, name, realm, code));
    return {{"mode", "digest"},
            {"username", name},
            {"realm", realm},
            {"algorithm", std::string(name_of(algorithm))},
            {"nonce", proof.nonce},
            {"nc", proof.nc},
            {"cnonce", proof.cnonce},
            {"qop", "auth"},
            {"uri", proof.uri},
            {"method", proof.method},
            {"response", proof.response},
            {"device_id", device},
            {"transport", "tls"},
            {"source", "192.0.2.1"},
            {"user_agent", "Example Phone 3"}};
  }
  static common::FormFields code_only_fields(const std::string& name, const std::string& code,
                                             const std::string& device = "urn:uuid:1") {
    return {{"mode", "code"},      {"username", name},   {"realm", realm},       {"code", code},
            {"device_id", device}, {"transport", "tls"}, {"source", "192.0.2.1"}};
  }
  common::Result<TokenSet> exchange(const common::FormFields& fields) {
    const TokenRequest request(Parameters(fields), std::make_shared<const Client>(gateway), {}, {});
    common::Result<TokenSet> out;
    store.atomically([&] { out = redeem_access_code(grants(), request, now); });
    return out;
  }
  std::string outcome(const common::FormFields& fields) {
    const auto out = exchange(fields);
    return out ? "ok" : out.error().code.message();
  }

  std::optional<EndpointContext> context_;  // with the settings above
  Client gateway;
  User bob;
};

}  // namespace waf::test_support
