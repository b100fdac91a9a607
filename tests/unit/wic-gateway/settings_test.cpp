// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/settings.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wic {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const std::string config_folder = std::string(TEST_DATA_DIR) + "/../../config/";

std::string sample() {
  std::ostringstream text;
  text << std::ifstream(config_folder + "wic-gateway.toml").rdbuf();
  return text.str();
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text) {
  try {
    (void)read_settings(common::ConfigTable::parse(text, "gw.toml"));
  } catch (const common::ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Settings, TheSampleShowsTheDefaults) {
  const Settings settings = read_settings(common::ConfigTable::parse(sample(), "gw.toml"));
  EXPECT_EQ(settings.ws.listen.size(), 2U);
  EXPECT_EQ(settings.core.bind.to_string(), "127.0.0.1:5070");
  EXPECT_EQ(settings.policy.grace, 30s);
  EXPECT_EQ(settings.media.core_port_last, 23'999);
  EXPECT_EQ(settings.policy.w2_via_host, "127.0.0.1:7443");

  const Settings least = read_settings(common::ConfigTable::parse(R"(
[gateway]
home_domain = "ims.example"
[ws]
listen = ["127.0.0.1:7443"]
certificate = "a"
private_key = "b"
origins = ["https://localhost:8443"]
[auth]
issuer = "https://localhost:8443"
audience = "sip:gateway.ims.example"
[core]
address = "127.0.0.1"
trusted = ["127.0.0.1/32"]
[media]
webrtc = ["127.0.0.1:7500"]
[admin]
listen = "127.0.0.1:9090"
)",
                                                                  "gw.toml"));
  EXPECT_EQ(least.ws.limits.ping_interval, settings.ws.limits.ping_interval);
  EXPECT_EQ(least.ws.admission.connections, settings.ws.admission.connections);
  EXPECT_EQ(least.auth.hold, settings.auth.hold);
  EXPECT_EQ(least.policy.register_scopes, settings.policy.register_scopes);
  EXPECT_EQ(least.policy.operator_waf_domains, settings.policy.operator_waf_domains);
  EXPECT_EQ(least.policy.max_bindings, settings.policy.max_bindings);
  EXPECT_EQ(least.policy.dialogs, settings.policy.dialogs);
  EXPECT_EQ(least.policy.emergency_numbers, settings.policy.emergency_numbers);
  EXPECT_EQ(least.policy.visited_network_id, settings.policy.visited_network_id);
  EXPECT_EQ(least.core.t2, settings.core.t2);
  EXPECT_EQ(least.media.max_legs_per_worker, settings.media.max_legs_per_worker);
  EXPECT_EQ(least.media.consent_timeout, settings.media.consent_timeout);
  EXPECT_EQ(least.media.media_timeout, settings.media.media_timeout);
  EXPECT_EQ(least.deregister_on_stop, settings.deregister_on_stop);
}

TEST(Settings, EveryShippedGatewayConfigurationIsGood) {
  for (const char* name : {"wic-gateway.toml", "bench.toml", "demo/wic-gateway.toml"}) {
    EXPECT_NO_THROW((void)read_settings(common::ConfigTable::load(config_folder + name))) << name;
  }
}

TEST(Settings, MistakesNameFileLineKeyAndExpectation) {
  EXPECT_THAT(error_of(with(sample(), "ping_interval", "ping_intervall")),
              testing::AllOf(HasSubstr("gw.toml:"), HasSubstr("ws.ping_intervall"),
                             HasSubstr("unknown key")));
  EXPECT_THAT(error_of(with(sample(), "workers = 1", "workers = 0")),
              testing::AllOf(HasSubstr("gateway.workers"), HasSubstr("from 1 to 256")));
  EXPECT_THAT(error_of(with(sample(), "trusted = [\"127.0.0.1/32\"]", "trusted = [\"x\"]")),
              HasSubstr("core.trusted"));
  EXPECT_THAT(error_of(with(sample(), "\"https://localhost:8443\"]", "\"localhost:8443\"]")),
              HasSubstr("ws.origins"));
  EXPECT_THAT(error_of(with(sample(), "core_ports = [20000, 23999]", "core_ports = [20000]")),
              HasSubstr("media.core_ports"));
}

TEST(Settings, R11_OriginsOfAWwsfAreOriginsToo) {
  EXPECT_THAT(error_of(with(sample(), "[auth.wwsf_origins]",
                            "[auth.wwsf_origins]\n\"wwsf.other.example\" = [\"phone/\"]")),
              testing::AllOf(HasSubstr("wwsf.other.example"), HasSubstr("expected origins")));
}

TEST(Settings, TheCoreMustBeAbleToReachTheAddress) {
  EXPECT_THAT(error_of(with(sample(), "address = \"127.0.0.1\"", "address = \"0.0.0.0\"")),
              HasSubstr("core.address"));
}

TEST(Settings, REG15_Ipv6HostsAreBracketed) {
  const Settings settings = read_settings(common::ConfigTable::parse(
      with(sample(), "address = \"127.0.0.1\"", "address = \"::1\""), "gw.toml"));
  EXPECT_EQ(settings.policy.icid_host, "[::1]");
}

TEST(Settings, R12_C004_PlainWebSocketOnlyOnLoopback) {
  const std::string plain = with(sample(), "plain_for_tests = false", "plain_for_tests = true");
  EXPECT_EQ(error_of(plain), "accepted");
  EXPECT_THAT(error_of(with(plain, "\"127.0.0.1:7443\", ", "\"192.0.2.1:7443\", ")),
              HasSubstr("SEC-01"));
}

TEST(Settings, AdminListensOnLoopbackOnly) {
  EXPECT_THAT(error_of(with(sample(), "127.0.0.1:9090", "0.0.0.0:9090")),
              HasSubstr("admin.listen"));
}

}  // namespace
}  // namespace wic
