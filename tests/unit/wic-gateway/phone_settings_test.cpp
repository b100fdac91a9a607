// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wic-gateway/settings.hpp"

namespace wic {
namespace {

using testing::HasSubstr;

const std::string base = R"(
[gateway]
home_domain = "ims.example"
[ws]
listen = ["127.0.0.1:7443"]
certificate = "a.pem"
private_key = "a.key"
origins = ["https://localhost:8443"]
[auth]
issuer = "https://localhost:8443"
audience = "sip:gw"
[core]
address = "127.0.0.1"
trusted = ["127.0.0.1/32"]
[media]
webrtc = ["127.0.0.1:7500"]
[admin]
listen = "127.0.0.1:9090"
)";
const std::string waf = "[waf]\nclient_id = \"gateway\"\nkey_file = \"k.pem\"\n";
const std::string tls =
    "[[phones.listen]]\ntransport = \"tls\"\naddress = \"127.0.0.1:5061\"\n"
    "certificate = \"a.pem\"\nprivate_key = \"a.key\"\n";
const std::string udp = "[[phones.listen]]\ntransport = \"udp\"\naddress = \"127.0.0.1:5060\"\n";

Settings read(const std::string& text) {
  return read_settings(common::ConfigTable::parse(base + text, "test.toml"));
}

std::string error_of(const std::string& text) {
  try {
    static_cast<void>(read(text));
  } catch (const common::ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(PhoneSettings, WithoutAListenerThereAreNoPhones) {
  EXPECT_TRUE(read("").phones.listen.empty());
  EXPECT_FALSE(read("").waf);
}

TEST(PhoneSettings, TlsTakesTokensAndCodesByDefault) {
  const Settings settings = read(waf + tls);
  ASSERT_EQ(settings.phones.listen.size(), 1U);
  const ims::PhoneAccess& access = *settings.phones.listen.front().access;
  EXPECT_TRUE(access.tokens);
  EXPECT_TRUE(access.body_codes);
  EXPECT_EQ(access.digest, (std::vector{ims::DigestAlgorithm::sha256, ims::DigestAlgorithm::md5}));
  EXPECT_EQ(settings.phones.listen.front().own_host, "127.0.0.1:5061");
  EXPECT_EQ(settings.waf->client_id, "gateway");
}

TEST(PhoneSettings, WithoutAWafThereAreTokensOnly) {
  const ims::PhoneAccess& access = *read(tls).phones.listen.front().access;
  EXPECT_TRUE(access.tokens);
  EXPECT_TRUE(access.digest.empty());
  EXPECT_FALSE(access.body_codes);
  EXPECT_THAT(error_of(tls + "digest = [\"SHA-256\"]\n"), HasSubstr("[waf]"));
}

TEST(PhoneSettings, C10_ClearTransportsTakeNothingByDefault) {
  const ims::PhoneAccess& access = *read(waf + udp).phones.listen.front().access;
  EXPECT_FALSE(access.tokens);
  EXPECT_TRUE(access.digest.empty());
  EXPECT_FALSE(access.body_codes);
}

TEST(PhoneSettings, C10_CodesInTheClearMustBeWanted) {
  EXPECT_THAT(error_of(waf + udp + "digest = [\"MD5\"]\n"), HasSubstr("allow_cleartext"));
  EXPECT_THAT(error_of(waf + udp + "allow_cleartext = true\n"), HasSubstr("code_networks"));
  EXPECT_THAT(error_of(waf + udp +
                       "allow_cleartext = true\ncode_networks = [\"10.0.0.0/8\"]\n"
                       "least_code_digits = 10\n"),
              HasSubstr("least_code_digits"));
  EXPECT_EQ(error_of(waf + udp + "allow_cleartext = true\ncode_networks = [\"10.0.0.0/8\"]\n"), "");
}

TEST(PhoneSettings, B18_TokensNeverGoInTheClear) {
  EXPECT_THAT(error_of(waf + udp + "tokens = true\n"), HasSubstr("tokens"));
}

TEST(PhoneSettings, B19_EachAlgorithmOnce) {
  EXPECT_THAT(error_of(waf + tls + "digest = [\"MD5\", \"MD5\"]\n"), HasSubstr("once"));
  EXPECT_THAT(error_of(waf + tls + "digest = [\"SHA-1\"]\n"), HasSubstr("SHA-256"));
}

TEST(PhoneSettings, AnyAddressNeedsTheOneThatPhonesKnow) {
  std::string any = waf + tls;
  any.replace(any.find("127.0.0.1:5061"), 14, "0.0.0.0:5061");
  EXPECT_THAT(error_of(any), HasSubstr("advertise"));
  EXPECT_EQ(error_of(any + "advertise = \"gw.example:5061\"\n"), "");
}

TEST(PhoneSettings, ClientCertificatesNeedACa) {
  EXPECT_THAT(error_of(waf + tls + "client_certificates = \"required\"\n"), HasSubstr("client_ca"));
}

}  // namespace
}  // namespace wic
