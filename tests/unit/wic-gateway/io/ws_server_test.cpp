// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/ws_server.hpp"

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509v3.h>
#include <sofia-sip/su.h>

#include "io/wss_client.hpp"
#include "tests/support/test_certificate.hpp"
#include "wic-gateway/io/event_loop.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
using test::WssClient;

/// Echoes messages; "close" closes with 1008, "flood" sends until the reader is given up.
class Echo final : public WsHandler {
 public:
  void on_ws_opened(ims::FlowId flow, ims::FlowPeer peer) override {
    const std::lock_guard lock(mutex);
    open.insert(flow.value);
    last_peer = std::move(peer);
  }
  void on_ws_message(ims::FlowId flow, std::string_view message) override {
    if (message == "close") {
      server->send(flow, "bye");
      server->close(flow, 1008, "as asked");
    } else if (message == "flood") {
      for (int count = 0; count < 200; ++count) server->send(flow, std::string(60'000, 'x'));
    } else {
      server->send(flow, std::string(message));
    }
  }
  void on_ws_closed(ims::FlowId flow, std::string_view why) override {
    const std::lock_guard lock(mutex);
    open.erase(flow.value);
    last_why = why;
    changed.notify_all();
  }
  std::string wait_closed() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, 5s, [this] { return !last_why.empty() && open.empty(); });
    return open.empty() ? last_why : "still open";
  }

  WsServer* server = nullptr;
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::uint64_t> open;
  ims::FlowPeer last_peer;
  std::string last_why;
};

class WsServerTest : public testing::Test {
 protected:
  WsServerTest() {
    su_init();
    quieten_libwebsockets();
    config_.listen = {common::Endpoint::parse("127.0.0.1:0").value(),
                      common::Endpoint::parse("[::1]:0").value()};
    config_.certificate = folder_.path() / "server.pem";
    config_.private_key = folder_.path() / "server.key";
    config_.origins = {"https://localhost:8443"};
    test::write_certificate(config_.certificate, config_.private_key);
  }
  ~WsServerTest() override { stop(); }

  void start() {
    std::atomic<bool> ready{false};
    thread_ = std::thread([&] {
      EventLoop loop;
      WsServer server(loop.uv(), config_, echo_, metrics_);
      echo_.server = &server;
      endpoints_ = server.endpoints();
      ready = true;
      loop.run([&]() -> std::optional<common::TimePoint> {
        if (reload_.exchange(false)) reloaded_ = server.reload_certificate().has_value() ? 1 : -1;
        if (stop_) loop.stop();
        return common::SteadyClock::now() + 5ms;
      });
    });
    while (!ready) std::this_thread::sleep_for(1ms);
  }
  void stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  int status_with(const WssClient::Options& options) {
    return WssClient(endpoints_[0], options).status();
  }

  test::TemporaryFolder folder_;
  WsServerConfig config_;
  common::Metrics metrics_;
  Echo echo_;
  std::vector<common::Endpoint> endpoints_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> reload_{false};
  std::atomic<int> reloaded_{0};
  std::thread thread_;
};

TEST_F(WsServerTest, C001_UpgradesAndEchoesOnIpv4AndIpv6) {
  start();
  for (const auto& endpoint : endpoints_) {
    WssClient client(endpoint);
    ASSERT_EQ(client.status(), 101);
    EXPECT_THAT(client.answer(), testing::HasSubstr("Sec-WebSocket-Protocol: sip\r\n"));
    client.send_text("hello");
    EXPECT_EQ(client.receive_message(), "hello");
  }
  EXPECT_EQ(echo_.last_peer.origin, "https://localhost:8443");
  EXPECT_TRUE(echo_.last_peer.secure);
  EXPECT_TRUE(echo_.last_peer.address.address.is_v6());
}

TEST_F(WsServerTest, C002_C003_RefusesAtTheHandshake) {
  start();
  EXPECT_EQ(status_with({.protocol = ""}), 400);
  EXPECT_EQ(status_with({.protocol = "chat"}), 400);
  EXPECT_EQ(status_with({.origin = "https://evil.example"}), 403);
  EXPECT_EQ(status_with({.origin = ""}), 403);
  EXPECT_EQ(status_with({.version = "8"}), 426);
  EXPECT_EQ(status_with({}), 101);
}

TEST_F(WsServerTest, C002_PlainHttpIsNotServed) {
  start();
  WssClient client(endpoints_[0], {.protocol = "", .version = ""});
  EXPECT_NE(client.status(), 200);
  EXPECT_TRUE(client.wait_closed());
}

TEST_F(WsServerTest, C004_PlainWebSocketOnTheTlsPortIsRefused) {
  start();
  WssClient client(endpoints_[0], {.plain = true});
  EXPECT_EQ(client.status(), 0);
}

TEST_F(WsServerTest, SEC14_PeersThatTalkNoTlsAreForgottenOnce) {
  config_.admission.handshakes = {1000, 1000};
  start();
  for (int count = 0; count < 200; ++count) {
    EXPECT_EQ(status_with({.plain = true}), 0);
  }
  EXPECT_EQ(status_with({}), 101);
}

TEST_F(WsServerTest, C005_Tls12And13WorkAndOlderFail) {
  start();
  EXPECT_EQ(status_with({.max_tls = TLS1_3_VERSION}), 101);
  EXPECT_EQ(status_with({.max_tls = TLS1_2_VERSION}), 101);
  EXPECT_EQ(status_with({.max_tls = TLS1_1_VERSION}), 0);
  EXPECT_EQ(status_with({.max_tls = TLS1_VERSION}), 0);
}

TEST_F(WsServerTest, SEC02_OnlyForwardSecretAuthenticatedCiphers) {
  start();
  for (const char* weak : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256",
                           "ECDHE-ECDSA-AES256-SHA", "DHE-RSA-AES128-GCM-SHA256"}) {
    EXPECT_EQ(status_with({.max_tls = TLS1_2_VERSION, .ciphers = weak}), 0) << weak;
  }
  EXPECT_EQ(status_with({.max_tls = TLS1_2_VERSION, .ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256"}),
            101);
}

TEST_F(WsServerTest, C006_NoClientCertificateIsAskedFor) {
  start();
  WssClient client(endpoints_[0]);
  ASSERT_EQ(client.status(), 101);
  EXPECT_EQ(SSL_get0_peer_CA_list(client.tls()), nullptr);
  EXPECT_EQ(SSL_get_client_CA_list(client.tls()), nullptr);
}

TEST_F(WsServerTest, C007_CertificateNamesTheHost) {
  start();
  WssClient client(endpoints_[0]);
  const common::X509Ptr certificate(SSL_get1_peer_certificate(client.tls()));
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
}

TEST_F(WsServerTest, C008_EveryMessageHasItsOwnFrameBothWays) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text("one");
  client.send_text("two");
  EXPECT_EQ(client.receive_message(), "one");
  EXPECT_EQ(client.receive_message(), "two");
}

TEST_F(WsServerTest, SEC14_Attack82_PingFloodDoesNotStopTheOthers) {
  start();
  WssClient flooder(endpoints_[0]);
  for (int count = 0; count < 5000; ++count) flooder.send_frame(9, "x");
  WssClient other(endpoints_[0]);
  other.send_text("hello");
  EXPECT_EQ(other.receive_message(), "hello");
}

TEST_F(WsServerTest, C009_FragmentsAtEveryBoundary) {
  start();
  WssClient client(endpoints_[0]);
  const std::string text = "OPTIONS sip:a@b SIP/2.0\r\n\r\n";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    client.send_frame(1, text.substr(0, first), false);
    client.send_frame(9, "ping between");
    client.send_frame(0, text.substr(first), true);
    ASSERT_EQ(client.receive_message(), text) << first;
  }
}

TEST_F(WsServerTest, AnswersWithoutDelay) {
  start();
  WssClient client(endpoints_[0]);
  const auto begin = std::chrono::steady_clock::now();
  for (int count = 0; count < 200; ++count) {
    client.send_text("hello");
    ASSERT_EQ(client.receive_message(), "hello");
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s) << "200 round trips";
}

TEST_F(WsServerTest, C009_TcpSegmentsOfOneOctet) {
  start();
  WssClient client(endpoints_[0]);
  const std::string frame = std::string("\x81\x85") + std::string(4, '\0') + "hello";
  for (const char octet : frame) client.send_raw({&octet, 1});
  EXPECT_EQ(client.receive_message(), "hello");
}

TEST_F(WsServerTest, C011_BinaryIsAnsweredWithBinary) {
  start();
  WssClient client(endpoints_[0]);
  client.send_frame(2, "hello");
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->opcode, 2);
}

TEST_F(WsServerTest, C015_DoubleCrlfIsAnswered) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text("\r\n\r\n");
  EXPECT_EQ(client.receive_message(), "\r\n");
}

TEST_F(WsServerTest, C016_LargestMessagePassesAndMoreCloses1009) {
  start();
  WssClient client(endpoints_[0]);
  const std::string largest(65'536, 'a');
  client.send_text(largest);
  EXPECT_TRUE(client.receive_message() == largest);
  client.send_text(largest + "b");
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1009);
}

TEST_F(WsServerTest, C016_MegabytesAreCutOff) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text(std::string(4 * 1024 * 1024, 'a'));
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(echo_.wait_closed(), "message too big");
}

TEST_F(WsServerTest, WS03_InvalidUtf8Closes1007) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text("a\xff");
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1007);
}

TEST_F(WsServerTest, SEC14_MessageFloodCloses1008) {
  config_.limits.messages = {1, 20};
  start();
  WssClient client(endpoints_[0]);
  for (int count = 0; count < 30; ++count) client.send_text("\r\n");
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1008);
}

TEST_F(WsServerTest, TOK07_CloseComesAfterTheAnswer) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text("close");
  EXPECT_EQ(client.receive_message(), "bye");
  const auto frame = client.receive();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->close_code(), 1008);
  EXPECT_EQ(frame->payload.substr(2), "as asked");
  client.send_frame(8, frame->payload);
  EXPECT_TRUE(client.wait_closed());
  EXPECT_EQ(echo_.wait_closed(), "as asked");
}

TEST_F(WsServerTest, C014_PingsAndDropsWithoutPong) {
  config_.limits.ping_interval = 200ms;
  config_.limits.pong_timeout = 300ms;
  start();
  WssClient client(endpoints_[0]);
  for (int count = 0; count < 3; ++count) {
    const auto ping = client.receive();
    ASSERT_TRUE(ping);
    ASSERT_EQ(ping->opcode, 9);
    client.send_frame(10, ping->payload);
  }
  EXPECT_TRUE(client.wait_closed(2s)) << "no more pongs";
  EXPECT_EQ(echo_.wait_closed(), "no pong");
}

TEST_F(WsServerTest, C014_EveryOneOfManyIsPingedInTime) {
  config_.limits.ping_interval = 300ms;
  start();
  std::vector<std::unique_ptr<WssClient>> clients;
  for (int count = 0; count < 30; ++count) {
    clients.push_back(std::make_unique<WssClient>(endpoints_[0]));
  }
  for (const auto& client : clients) {
    const auto ping = client->receive(3s);
    ASSERT_TRUE(ping);
    EXPECT_EQ(ping->opcode, 9);
  }
}

TEST_F(WsServerTest, SEC14_SilentPeersAreDroppedBeforeTheHandshakeEnds) {
  config_.handshake_timeout = 1s;
  start();
  WssClient::Options mute;
  mute.plain = true;  // TLS never begins
  const auto begin = std::chrono::steady_clock::now();
  WssClient client(endpoints_[0], mute);
  EXPECT_TRUE(client.wait_closed(8s));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
}

TEST_F(WsServerTest, SEC14_ConnectionsOfOneAddressAreBounded) {
  config_.admission.connections_per_address = 2;
  start();
  WssClient first(endpoints_[0]);
  auto second = std::make_unique<WssClient>(endpoints_[0]);
  EXPECT_EQ(second->status(), 101);
  EXPECT_EQ(WssClient(endpoints_[0]).status(), 0);
  second.reset();
  int status = 0;
  for (int attempt = 0; attempt < 100 && status != 101; ++attempt) {
    std::this_thread::sleep_for(20ms);
    status = WssClient(endpoints_[0]).status();
  }
  EXPECT_EQ(status, 101) << "the place is free again";
}

TEST_F(WsServerTest, SEC14_SlowReaderIsGivenUp) {
  start();
  WssClient client(endpoints_[0]);
  client.send_text("flood");
  EXPECT_EQ(echo_.wait_closed(), "peer reads too slowly");
}

TEST_F(WsServerTest, CertificateIsReadAgain) {
  start();
  test::write_certificate(config_.certificate, config_.private_key, "renewed");
  reload_ = true;
  while (reloaded_ == 0) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(reloaded_, 1);
  WssClient client(endpoints_[0]);
  const common::X509Ptr certificate(SSL_get1_peer_certificate(client.tls()));
  char name[64] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                            sizeof name);
  EXPECT_STREQ(name, "renewed");
}

TEST_F(WsServerTest, UnusableCertificateLeavesTheOldOne) {
  start();
  std::ofstream(config_.certificate) << "rubbish";
  reload_ = true;
  while (reloaded_ == 0) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(reloaded_, -1);
  EXPECT_EQ(WssClient(endpoints_[0]).status(), 101);
}

TEST_F(WsServerTest, StopsCleanlyWithOpenConnections) {
  start();
  WssClient first(endpoints_[0]);
  WssClient second(endpoints_[1]);
  stop();
  EXPECT_TRUE(first.wait_closed());
  EXPECT_TRUE(echo_.open.empty());
}

TEST_F(WsServerTest, WorkersShareAPort) {
  config_.listen.resize(1);
  start();
  EventLoop loop;
  WsServerConfig second = config_;
  second.listen = {endpoints_[0]};
  Echo other;
  EXPECT_NO_THROW(WsServer(loop.uv(), second, other, metrics_));
}

}  // namespace
}  // namespace wic::io
