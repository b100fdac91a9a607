// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/phone_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <uv.h>

#include "common/io/sockaddr.hpp"
#include "common/openssl.hpp"
#include "tests/support/test_certificate.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
using ims::Transport;
using testing::HasSubstr;

const std::string options =
    "OPTIONS sip:gw SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nContent-Length: 0\r\n\r\n";

/// Keeps what phones send; echoes it when told to.
class Handler final : public PhoneHandler {
 public:
  void on_phone_opened(ims::FlowId flow, ims::FlowPeer peer) override {
    opened.emplace_back(flow, std::move(peer));
  }
  void on_phone_message(ims::FlowId flow, std::string_view message) override {
    messages.emplace_back(flow, std::string(message));
  }
  void on_phone_closed(ims::FlowId flow, std::string_view why) override {
    closed.emplace_back(flow, std::string(why));
  }
  [[nodiscard]] bool is_phone_registered(ims::FlowId flow) const override {
    static_cast<void>(flow);
    return registered;
  }
  std::vector<std::pair<ims::FlowId, ims::FlowPeer>> opened;
  std::vector<std::pair<ims::FlowId, std::string>> messages;
  std::vector<std::pair<ims::FlowId, std::string>> closed;
  bool registered = false;
};

class PhoneServerTest : public testing::Test {
 protected:
  PhoneServerTest() { uv_loop_init(&loop); }
  ~PhoneServerTest() override {
    for (const int fd : sockets) ::close(fd);
    server.reset();
    uv_run(&loop, UV_RUN_NOWAIT);
    EXPECT_EQ(uv_loop_close(&loop), 0);  // nothing was left behind
  }

  PhoneListenerConfig listener(Transport transport) {
    PhoneListenerConfig out;
    out.transport = transport;
    out.address = *common::Endpoint::parse("127.0.0.1:0");
    out.own_host = "gw.example:5061";
    out.access = std::make_shared<ims::PhoneAccess>();
    return out;
  }
  void start(Transport transport) {
    config.listen.push_back(listener(transport));
    serve();
  }
  void serve() {
    server = std::make_unique<PhoneServer>(&loop, config, handler, metrics);
    address = server->endpoints().front();
  }
  /// Runs the loop until `done` or for two seconds.
  bool until(const std::function<bool()>& done) {
    const auto end = common::SteadyClock::now() + 5s;
    while (!done()) {
      if (common::SteadyClock::now() > end) return false;
      uv_run(&loop, UV_RUN_NOWAIT);
      ::usleep(1000);
    }
    return true;
  }
  int client(int kind) {
    const int fd = ::socket(AF_INET, kind | SOCK_NONBLOCK, 0);
    sockaddr_storage to{};
    const auto size = common::io::to_sockaddr(address, to);
    ::connect(fd, reinterpret_cast<const sockaddr*>(&to), size);
    sockets.push_back(fd);
    return fd;
  }
  static void write(int fd, std::string_view text) {
    for (int i = 0; i < 100 && ::send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0; ++i) {
      ::usleep(1000);
    }
  }
  static std::string read(int fd) {
    std::string out(4096, '\0');
    const auto got = ::recv(fd, out.data(), out.size(), MSG_DONTWAIT);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

  test::TemporaryFolder folder;
  uv_loop_t loop{};
  Handler handler;
  common::Metrics metrics;
  PhoneServerConfig config;
  std::unique_ptr<PhoneServer> server;
  common::Endpoint address;
  std::vector<int> sockets;
};

TEST_F(PhoneServerTest, TcpCarriesMessagesBothWays) {
  start(Transport::tcp);
  const int phone = client(SOCK_STREAM);
  write(phone, options.substr(0, 30));
  ASSERT_TRUE(until([&] { return !handler.opened.empty(); }));
  EXPECT_EQ(handler.opened.front().second.transport, Transport::tcp);
  EXPECT_FALSE(handler.opened.front().second.secure);
  EXPECT_EQ(handler.opened.front().second.own_host, "gw.example:5061");
  EXPECT_TRUE(handler.messages.empty());
  write(phone, options.substr(30) + options);
  ASSERT_TRUE(until([&] { return handler.messages.size() == 2; }));
  EXPECT_EQ(handler.messages.front().second, options);
  EXPECT_TRUE(server->send(handler.opened.front().first, "SIP/2.0 200 OK\r\n\r\n"));
  EXPECT_TRUE(until([&] { return read(phone) == "SIP/2.0 200 OK\r\n\r\n"; }));
}

TEST_F(PhoneServerTest, RFC5626_APingIsAnswered) {
  start(Transport::tcp);
  const int phone = client(SOCK_STREAM);
  write(phone, "\r\n\r\n");
  EXPECT_TRUE(until([&] { return read(phone) == "\r\n"; }));
  EXPECT_TRUE(handler.messages.empty());
}

TEST_F(PhoneServerTest, Attack84_AStreamWithoutLengthsEnds) {
  start(Transport::tcp);
  const int phone = client(SOCK_STREAM);
  write(phone, "OPTIONS sip:gw SIP/2.0\r\nVia: x\r\n\r\n");
  ASSERT_TRUE(until([&] { return !handler.closed.empty(); }));
  EXPECT_TRUE(handler.messages.empty());
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(PhoneServerTest, ClosesWhenItIsToldTo) {
  start(Transport::tcp);
  const int phone = client(SOCK_STREAM);
  write(phone, options);
  ASSERT_TRUE(until([&] { return !handler.messages.empty(); }));
  server->send(handler.opened.front().first, "last words");
  server->close(handler.opened.front().first, "revoked");
  ASSERT_TRUE(until([&] { return !handler.closed.empty(); }));
  EXPECT_EQ(handler.closed.front().second, "revoked");
  EXPECT_EQ(read(phone), "last words");
}

TEST_F(PhoneServerTest, APhoneThatHangsUpIsReported) {
  start(Transport::tcp);
  const int phone = client(SOCK_STREAM);
  ASSERT_TRUE(until([&] { return !handler.opened.empty(); }));
  ::shutdown(phone, SHUT_RDWR);
  EXPECT_TRUE(until([&] { return !handler.closed.empty(); }));
}

TEST_F(PhoneServerTest, OneAddressGetsItsShareOfConnections) {
  config.admission.connections_per_address = 2;
  start(Transport::tcp);
  for (int i = 0; i < 4; ++i) client(SOCK_STREAM);
  ASSERT_TRUE(until([&] { return handler.opened.size() == 2; }));
  until([&] { return metrics.render().find("address_full\"") != std::string::npos; });
  EXPECT_EQ(server->connections(), 2U);
}

TEST_F(PhoneServerTest, UdpFlowsAreSourceAddresses) {
  start(Transport::udp);
  const int first = client(SOCK_DGRAM);
  const int second = client(SOCK_DGRAM);
  for (int i = 0; i < 40; ++i) write(first, options);  // more than one batch
  write(second, options);
  ASSERT_TRUE(until([&] { return handler.messages.size() == 41; }));
  EXPECT_EQ(handler.opened.size(), 2U);
  EXPECT_EQ(handler.opened.front().second.transport, Transport::udp);
  const ims::FlowId flow = handler.opened.front().first;
  EXPECT_TRUE(server->send(flow, "SIP/2.0 200 OK\r\n\r\n"));
  EXPECT_TRUE(until([&] { return !read(first).empty(); }));
  EXPECT_TRUE(server->close(flow, "not registered"));
  EXPECT_EQ(handler.closed.size(), 1U);
  EXPECT_EQ(server->datagram_flows(), 1U);
  EXPECT_FALSE(server->send(flow, "x"));
}

TEST_F(PhoneServerTest, RFC3261_18_1_1_ALongDatagramGoesInFragments) {
  start(Transport::udp);
  const int phone = client(SOCK_DGRAM);
  write(phone, options);
  ASSERT_TRUE(until([&] { return !handler.opened.empty(); }));
  EXPECT_TRUE(server->send(handler.opened.front().first, std::string(3000, 'x')));
  EXPECT_TRUE(until([&] { return read(phone).size() == 3000; }));
}

TEST_F(PhoneServerTest, ASilentRegisteredPhoneGetsAnEmptyLine) {
  config.datagrams.keep_alive = 50ms;
  handler.registered = true;
  start(Transport::udp);
  const int phone = client(SOCK_DGRAM);
  write(phone, options);
  EXPECT_TRUE(until([&] { return read(phone) == "\r\n\r\n"; }));
}

/// A TLS client on a socket of its own, driven by hand.
class TlsPhone {
 public:
  TlsPhone(int fd, const std::string& certificate, const std::string& key)
      : context_(SSL_CTX_new(TLS_client_method())) {
    if (!certificate.empty()) {
      SSL_CTX_use_certificate_chain_file(context_.get(), certificate.c_str());
      SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM);
    }
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), fd);
    SSL_set_connect_state(tls_.get());
  }
  bool connected() { return SSL_do_handshake(tls_.get()) == 1; }
  bool write(std::string_view text) {
    return SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) > 0;
  }
  std::string read() {
    std::string out(4096, '\0');
    const int got = SSL_read(tls_.get(), out.data(), static_cast<int>(out.size()));
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

 private:
  common::SslCtxPtr context_;
  common::SslPtr tls_;
};

class PhoneTlsTest : public PhoneServerTest {
 protected:
  PhoneTlsTest() {
    test::write_certificate(path("server.pem"), path("server.key"));
    test::write_certificate(path("phone.pem"), path("phone.key"), "phone-17");
    test::write_certificate(path("other.pem"), path("other.key"), "stranger");
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder.path() / name).string();
  }
  void start_tls(ClientCertificates certificates) {
    PhoneListenerConfig tls = listener(Transport::tls);
    tls.certificate = path("server.pem");
    tls.private_key = path("server.key");
    tls.client_certificates = certificates;
    if (certificates != ClientCertificates::none) tls.client_ca = path("phone.pem");
    config.listen.push_back(tls);
    serve();
  }
};

TEST_F(PhoneTlsTest, TlsCarriesMessagesBothWays) {
  start_tls(ClientCertificates::none);
  TlsPhone phone(client(SOCK_STREAM), "", "");
  ASSERT_TRUE(until([&] { return phone.connected(); }));
  ASSERT_TRUE(until([&] { return phone.write(options); }));
  ASSERT_TRUE(until([&] { return handler.messages.size() == 1; }));
  const ims::FlowPeer& peer = handler.opened.front().second;
  EXPECT_TRUE(peer.secure);
  EXPECT_EQ(peer.transport, Transport::tls);
  EXPECT_TRUE(peer.certificate.empty());
  server->send(handler.opened.front().first, "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_TRUE(until([&] { return phone.read() == "SIP/2.0 200 OK\r\n\r\n"; }));
}

TEST_F(PhoneTlsTest, J17_AVerifiedCertificateIsNamedByItsThumbprint) {
  start_tls(ClientCertificates::optional);
  TlsPhone phone(client(SOCK_STREAM), path("phone.pem"), path("phone.key"));
  ASSERT_TRUE(until([&] { return phone.connected() && !handler.opened.empty(); }));
  EXPECT_EQ(handler.opened.front().second.certificate.size(), 43U);
  TlsPhone plain(client(SOCK_STREAM), "", "");
  ASSERT_TRUE(until([&] { return plain.connected() && handler.opened.size() == 2; }));
  EXPECT_TRUE(handler.opened.back().second.certificate.empty());
}

TEST_F(PhoneTlsTest, Attack93_AStrangersCertificateGetsNowhere) {
  start_tls(ClientCertificates::required);
  TlsPhone stranger(client(SOCK_STREAM), path("other.pem"), path("other.key"));
  until([&] { return stranger.connected(); });
  TlsPhone plain(client(SOCK_STREAM), "", "");
  until([&] { return plain.connected(); });
  ASSERT_TRUE(until([&] { return server->connections() == 0; }));
  EXPECT_TRUE(handler.opened.empty());
  EXPECT_THAT(metrics.render(), HasSubstr("cause=\"handshake\""));
}

TEST_F(PhoneTlsTest, Attack53_AHandshakeThatDoesNotEndIsCutOff) {
  config.handshake_timeout = 50ms;
  start_tls(ClientCertificates::none);
  const int silent = client(SOCK_STREAM);
  write(silent, "\x16\x03");
  ASSERT_TRUE(until([&] { return server->connections() == 1; }));
  EXPECT_TRUE(until([&] { return server->connections() == 0; }));
  EXPECT_TRUE(handler.opened.empty());
}

TEST_F(PhoneTlsTest, ALongAnswerArrivesWhole) {
  start_tls(ClientCertificates::none);
  TlsPhone phone(client(SOCK_STREAM), "", "");
  ASSERT_TRUE(until([&] { return phone.connected() && !handler.opened.empty(); }));
  const std::string text(200'000, 'x');
  server->send(handler.opened.front().first, text);
  std::string got;
  EXPECT_TRUE(until([&] {
    got += phone.read();
    return got.size() >= text.size();
  }));
  EXPECT_EQ(got, text);
}

}  // namespace
}  // namespace wic::io
