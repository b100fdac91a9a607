// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/gateway.hpp"

#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/io/http_client.hpp"
#include "io/udp_core.hpp"
#include "io/wss_client.hpp"
#include "tests/support/test_certificate.hpp"
#include "token_forge.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

common::SystemTime now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// The whole gateway in this process: a scripted client on one side, a scripted core on the other.
class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    test::write_certificate(folder_.path() / "server.pem", folder_.path() / "server.key");
    std::ofstream(folder_.path() / "jwks.json") << forge_.keys().to_json();
  }

  void start(unsigned workers = 1) {
    if (!configured_) configure(workers);
    gateway_ = std::make_unique<Gateway>(
        read_settings(common::ConfigTable::load(folder_.path() / "gateway.toml")));
  }

  void configure(unsigned workers) {
    configured_ = true;
    const std::string core_address = core_->endpoint().address.to_string();
    const test::UdpCore ws;
    const test::UdpCore sip(core_address);
    const test::UdpCore admin;
    const test::UdpCore media;
    wss_ = ws.endpoint();
    sip_ = sip.endpoint();
    admin_ = admin.endpoint();
    std::ofstream(folder_.path() / "gateway.toml")
        << "[gateway]\nhome_domain = \"ims.example\"\nworkers = " << workers
        << "\n[ws]\nlisten = [\"" << wss_.to_string()
        << "\"]\ncertificate = \"server.pem\"\nprivate_key = \"server.key\"\n"
           "origins = [\"https://localhost:8443\"]\n[auth]\nissuer = \"https://waf.ims.example\"\n"
           "audience = \"sip:gateway.ims.example\"\njwks_file = \"jwks.json\"\n"
           "[core]\naddress = \""
        << core_address << "\"\nport = " << sip_.port
        << "\nnext_hop = \"sip:" << core_->endpoint().to_string() << "\"\ntrusted = [\""
        << core_address
        << "\"]\nt1 = \"50ms\"\n[registration]\n"
           "subscribe_reg_event = false\nstop_timeout = \"3s\"\n[media]\nwebrtc = [\""
        << media.endpoint().to_string() << "\"]\n[admin]\nlisten = \"" << admin_.to_string()
        << "\"\n";
  }

  static std::string register_with(const std::string& authorization,
                                   const std::string& user = "alice", int number = 1) {
    return "REGISTER sip:ims.example SIP/2.0\r\n"
           "Via: SIP/2.0/WSS page.invalid;branch=z9hG4bK" +
           std::to_string(number) + "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user +
           "@ims.example>;tag=f\r\nTo: <sip:" + user +
           "@ims.example>\r\nCall-ID: r1\r\nCSeq: " + std::to_string(number) +
           " REGISTER\r\nContact: <sip:x@page.invalid;transport=ws>;reg-id=1;"
           "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\";expires=600\r\n"
           "Supported: path, outbound\r\n" +
           authorization + "Content-Length: 0\r\n\r\n";
  }
  std::string bearer() const { return "Authorization: Bearer " + forge_.good(now()) + "\r\n"; }
  std::string admin(const std::string& path) {
    common::io::HttpClient http({});
    const auto answer = http.get("http://" + admin_.to_string() + path);
    return answer ? answer->body : answer.error().message();
  }

  /// Where the worker of that REGISTER expects what the core sends, by its Path.
  static common::Endpoint worker_of(const std::string& request) {
    const std::string path = test::header_of(request, "Path");
    const auto host = path.find('@') + 1;
    return common::Endpoint::parse(path.substr(host, path.find(";lr") - host)).value();
  }
  static std::string message_by(const std::string& path, const std::string& from) {
    return "MESSAGE sip:x@page.invalid;transport=ws SIP/2.0\r\nVia: SIP/2.0/UDP " + from +
           ";branch=z9hG4bKm\r\nRoute: " + path +
           "\r\nMax-Forwards: 60\r\nFrom: <sip:bob@ims.example>;tag=b\r\n"
           "To: <sip:alice@ims.example>\r\nCall-ID: m1\r\nCSeq: 1 MESSAGE\r\n"
           "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
  }

  /// A registered client; the core has answered 200.
  std::string register_alice(test::WssClient& client) {
    client.send_text(register_with(bearer()));
    const auto request = core_->receive();
    EXPECT_TRUE(request);
    if (!request) return {};
    core_->send(
        test::response_to(*request, "200 OK",
                          "Contact: " + test::header_of(*request, "Contact") +
                              "\r\nService-Route: <sip:orig@" + core_->endpoint().to_string() +
                              ";lr>\r\nP-Associated-URI: <sip:alice@ims.example>\r\n",
                          "core"),
        worker_of(*request));
    const auto answer = client.receive_message();
    EXPECT_TRUE(answer);
    EXPECT_THAT(answer.value_or(""), StartsWith("SIP/2.0 200"));
    return *request;
  }

  test::TemporaryFolder folder_;
  test::TokenForge forge_;
  std::unique_ptr<test::UdpCore> core_ = std::make_unique<test::UdpCore>();
  bool configured_ = false;
  common::Endpoint wss_;
  common::Endpoint sip_;
  common::Endpoint admin_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayTest, REG10_REG12_C032_RegistersByTrustedNodeAuthentication) {
  start();
  test::WssClient client(wss_);
  const std::string request = register_alice(client);
  const std::string authorization = test::header_of(request, "Authorization");
  EXPECT_THAT(authorization, HasSubstr("Digest username=\"alice@ims.example\""));
  EXPECT_THAT(authorization, HasSubstr("integrity-protected=\"auth-done\""));
  EXPECT_THAT(request, Not(HasSubstr("Bearer")));
  EXPECT_THAT(request, Not(HasSubstr(forge_.good(now()).substr(0, 30))));
  EXPECT_THAT(test::header_of(request, "Path"), HasSubstr("@" + sip_.to_string() + ";lr;ob"));

  const auto list = nlohmann::json::parse(admin("/registrations"));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["impi"], "alice@ims.example");
  EXPECT_EQ(list[0]["connected"], true);
  EXPECT_TRUE(nlohmann::json::parse(admin("/health"))["ready"]);
  EXPECT_EQ(nlohmann::json::parse(admin("/calls")).size(), 0U);
  EXPECT_THAT(admin("/metrics"), HasSubstr("wic_gateway_tokens_accepted_total 1"));
}

TEST_F(GatewayTest, TOK07_BadTokenIsRefusedTheConnectionClosedAndTheCoreUntouched) {
  start();
  const test::TokenForge stranger("k1");
  test::WssClient client(wss_);
  client.send_text(register_with("Authorization: Bearer " + stranger.good(now()) + "\r\n"));
  const auto answer = client.receive_message();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 401"));
  EXPECT_THAT(test::header_of(*answer, "WWW-Authenticate"), HasSubstr("error=\"invalid_token\""));
  const auto close = client.receive();
  ASSERT_TRUE(close);
  EXPECT_EQ(close->close_code(), 1008);
  EXPECT_EQ(core_->receive(200ms), std::nullopt);
}

TEST_F(GatewayTest, TOK08_MissingTokenIsChallengedOnAnOpenConnection) {
  start();
  test::WssClient client(wss_);
  client.send_text(register_with(""));
  const auto answer = client.receive_message();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 401"));
  EXPECT_THAT(test::header_of(*answer, "WWW-Authenticate"), Not(HasSubstr("error")));
  EXPECT_FALSE(register_alice(client).empty());
}

TEST_F(GatewayTest, C018_MessageToTheClientComesByItsPath) {
  start();
  test::WssClient client(wss_);
  const std::string request = register_alice(client);
  const std::string path = test::header_of(request, "Path");
  core_->send(message_by(path, core_->endpoint().to_string()), sip_);
  const auto message = client.receive_message();
  ASSERT_TRUE(message);
  EXPECT_THAT(*message, testing::EndsWith("\r\n\r\nhello"));
  client.send_text(test::response_to(*message, "200 OK", {}, "a"));
  const auto answer = core_->receive();
  ASSERT_TRUE(answer);
  EXPECT_THAT(*answer, StartsWith("SIP/2.0 200"));
}

TEST_F(GatewayTest, C018_OverIpv6TowardTheCore) {
  core_ = std::make_unique<test::UdpCore>("::1");
  start();
  test::WssClient client(wss_);
  const std::string request = register_alice(client);
  EXPECT_THAT(test::header_of(request, "Path"), HasSubstr("@" + sip_.to_string() + ";lr"));
  EXPECT_THAT(test::header_of(request, "P-Charging-Vector"), HasSubstr("icid-generated-at=[::1];"));
  core_->send(message_by(test::header_of(request, "Path"), core_->endpoint().to_string()), sip_);
  const auto message = client.receive_message();
  ASSERT_TRUE(message);
  EXPECT_THAT(*message, testing::EndsWith("\r\n\r\nhello"));
}

TEST_F(GatewayTest, WorkersShareClientsAndTheCoreReachesTheRightOne) {
  start(2);
  std::map<common::Endpoint, std::pair<std::unique_ptr<test::WssClient>, std::string>> found;
  for (int attempt = 0; attempt < 30 && found.size() < 2; ++attempt) {
    auto client = std::make_unique<test::WssClient>(wss_);
    const std::string request = register_alice(*client);
    ASSERT_FALSE(request.empty());
    const common::Endpoint worker = worker_of(request);
    found[worker] = {std::move(client), test::header_of(request, "Path")};
  }
  ASSERT_EQ(found.size(), 2U) << "the kernel spreads connections over the workers";
  // The same instance came back: whoever knew its older connection has let it go (REG-48).
  nlohmann::json list;
  for (int attempt = 0; attempt < 100 && list.size() != 1; ++attempt) {
    std::this_thread::sleep_for(20ms);
    list = nlohmann::json::parse(admin("/registrations"));
  }
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(nlohmann::json::parse(admin("/health"))["workers"].size(), 2U);
  int delivered = 0;
  for (const auto& [worker, entry] : found) {
    core_->send(message_by(entry.second, core_->endpoint().to_string()), worker);
    const auto message = entry.first->receive_message(1s);
    if (message && message->ends_with("\r\n\r\nhello")) ++delivered;
  }
  EXPECT_EQ(delivered, 1);
}

TEST_F(GatewayTest, StopTakesRegistrationsBackAndSaysGoodbye) {
  start();
  test::WssClient client(wss_);
  register_alice(client);
  std::thread stopper([this] { gateway_->stop(); });
  const auto request = core_->receive();
  if (request) core_->send(test::response_to(*request, "200 OK", {}, "core"), sip_);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(client.wait_closed());
  stopper.join();
  ASSERT_TRUE(request);
  EXPECT_THAT(*request, StartsWith("REGISTER"));
  EXPECT_THAT(*request, HasSubstr("expires=0"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s) << "does not wait for what is answered";
}

TEST_F(GatewayTest, TakenPortsStopTheStartWithOneClearLine) {
  start();
  try {
    start();
    FAIL() << "started twice on the same ports";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(std::string(error.what()), HasSubstr("in use"));
  }
}

}  // namespace
}  // namespace wic::io
