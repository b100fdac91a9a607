// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/ssl.h>

#include "common/io/http_client.hpp"
#include "common/io/sockaddr.hpp"
#include "common/openssl.hpp"
#include "io/udp_core.hpp"
#include "tests/support/test_certificate.hpp"
#include "token_forge.hpp"
#include "wic-gateway/io/gateway.hpp"
#include "wic-gateway/settings.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

common::SystemTime now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// A phone on a blocking TLS connection.
class TlsPhone {
 public:
  explicit TlsPhone(const common::Endpoint& to) : context_(SSL_CTX_new(TLS_client_method())) {
    sockaddr_storage address{};
    const auto size = common::io::to_sockaddr(to, address);
    socket_ = ::socket(address.ss_family, SOCK_STREAM, 0);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
    EXPECT_EQ(SSL_connect(tls_.get()), 1);
  }
  ~TlsPhone() { ::close(socket_); }
  TlsPhone(const TlsPhone&) = delete;
  TlsPhone& operator=(const TlsPhone&) = delete;

  void send(const std::string& text) {
    EXPECT_GT(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())), 0);
  }
  std::string receive() {
    std::string out(16'384, '\0');
    const int got = SSL_read(tls_.get(), out.data(), static_cast<int>(out.size()));
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

 private:
  common::SslCtxPtr context_;
  common::SslPtr tls_;
  int socket_ = -1;
};

/// The whole gateway in this process with listeners for phones, a scripted core behind it.
class GatewayPhoneTest : public testing::Test {
 protected:
  GatewayPhoneTest() {
    test::write_certificate(folder_.path() / "server.pem", folder_.path() / "server.key");
    std::ofstream(folder_.path() / "jwks.json") << forge_.keys().to_json();
    configure();
    gateway_ = std::make_unique<Gateway>(
        read_settings(common::ConfigTable::load(folder_.path() / "gateway.toml")));
  }

  /// Free ports: those of sockets that are gone again at the end.
  void configure() {
    const test::UdpCore ws;
    const test::UdpCore sip;
    const test::UdpCore admin;
    const test::UdpCore media;
    const test::UdpCore tls;
    const test::UdpCore udp;
    sip_ = sip.endpoint();
    admin_ = admin.endpoint();
    tls_ = tls.endpoint();
    udp_ = udp.endpoint();
    std::ofstream(folder_.path() / "gateway.toml")
        << "[gateway]\nhome_domain = \"ims.example\"\n[ws]\nlisten = [\""
        << ws.endpoint().to_string()
        << "\"]\ncertificate = \"server.pem\"\nprivate_key = \"server.key\"\n"
           "origins = [\"https://localhost:8443\"]\n[auth]\nissuer = \"https://waf.ims.example\"\n"
           "audience = \"sip:gateway.ims.example\"\njwks_file = \"jwks.json\"\n"
           "[core]\naddress = \"127.0.0.1\"\nport = "
        << sip_.port << "\nnext_hop = \"sip:" << core_.endpoint().to_string()
        << "\"\ntrusted = [\"127.0.0.1\"]\n[registration]\nsubscribe_reg_event = false\n"
           "stop_timeout = \"1s\"\n[media]\nwebrtc = [\""
        << media.endpoint().to_string() << "\"]\n[admin]\nlisten = \"" << admin_.to_string()
        << "\"\n[phones]\nregister_scopes = []\n[[phones.listen]]\ntransport = \"tls\"\naddress = "
           "\""
        << tls_.to_string()
        << "\"\ncertificate = \"server.pem\"\nprivate_key = \"server.key\"\n"
           "[[phones.listen]]\ntransport = \"udp\"\naddress = \""
        << udp_.to_string() << "\"\n";
  }

  [[nodiscard]] std::string register_with(const std::string& transport,
                                          const std::string& authorization) const {
    return "REGISTER sip:ims.example SIP/2.0\r\nVia: SIP/2.0/" + transport +
           " 192.168.1.5:5060;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
           "From: <sip:alice@ims.example>;tag=f\r\nTo: <sip:alice@ims.example>\r\n"
           "Call-ID: r1\r\nCSeq: 1 REGISTER\r\n"
           "Contact: <sip:alice@192.168.1.5:5060;transport=tls>;expires=600\r\n" +
           authorization + "Content-Length: 0\r\n\r\n";
  }
  [[nodiscard]] std::string bearer() const {
    return "Authorization: Bearer " + forge_.good(now()) + "\r\n";
  }
  [[nodiscard]] std::string admin(const std::string& path) const {
    common::io::HttpClient http({});
    const auto answer = http.get("http://" + admin_.to_string() + path);
    return answer ? answer->body : answer.error().message();
  }

  test::TemporaryFolder folder_;
  test::TokenForge forge_;
  test::UdpCore core_;
  common::Endpoint sip_;
  common::Endpoint admin_;
  common::Endpoint tls_;
  common::Endpoint udp_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayPhoneTest, B08_APhoneWithATokenRegistersOverTlsAndIsCalled) {
  TlsPhone phone(tls_);
  phone.send(register_with("TLS", ""));
  EXPECT_THAT(phone.receive(), StartsWith("SIP/2.0 401"));
  std::string again = register_with("TLS", bearer());
  again.replace(again.find("z9hG4bK1"), 8, "z9hG4bK2");
  phone.send(again);
  const auto request = core_.receive();
  ASSERT_TRUE(request);
  EXPECT_THAT(*request, Not(HasSubstr("Bearer")));
  EXPECT_THAT(test::header_of(*request, "Authorization"), HasSubstr("auth-done"));
  core_.send(test::response_to(*request, "200 OK",
                               "Contact: " + test::header_of(*request, "Contact") +
                                   "\r\nP-Associated-URI: <sip:alice@ims.example>\r\n",
                               "core"),
             sip_);
  EXPECT_THAT(phone.receive(), StartsWith("SIP/2.0 200"));
  const auto list = nlohmann::json::parse(admin("/registrations"));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["transport"], "tls");

  core_.send("MESSAGE sip:alice@192.168.1.5:5060;transport=tls SIP/2.0\r\nVia: SIP/2.0/UDP " +
                 core_.endpoint().to_string() +
                 ";branch=z9hG4bKm\r\nRoute: " + test::header_of(*request, "Path") +
                 "\r\nMax-Forwards: 60\r\nFrom: <sip:bob@ims.example>;tag=b\r\n"
                 "To: <sip:alice@ims.example>\r\nCall-ID: m1\r\nCSeq: 1 MESSAGE\r\n"
                 "Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
             sip_);
  const std::string message = phone.receive();
  EXPECT_THAT(message, StartsWith("MESSAGE sip:alice@192.168.1.5:5060"));
  EXPECT_THAT(message, HasSubstr("Via: SIP/2.0/TLS " + tls_.to_string()));
}

TEST_F(GatewayPhoneTest, Attack27_ATokenOverUdpIsRefusedCountedAndNotForwarded) {
  const test::UdpCore phone;
  phone.send(register_with("UDP", bearer()), udp_);
  EXPECT_THAT(phone.receive().value_or(""), StartsWith("SIP/2.0 403"));
  EXPECT_FALSE(core_.receive(100ms));
  EXPECT_THAT(admin("/metrics"), HasSubstr("wic_gateway_tokens_exposed_total 1"));
}

TEST_F(GatewayPhoneTest, Attack67_WithoutATokenUdpIsRefusedToo) {
  const test::UdpCore phone;
  phone.send(register_with("UDP", ""), udp_);
  const std::string answer = phone.receive().value_or("");
  EXPECT_THAT(answer, StartsWith("SIP/2.0 403"));
  EXPECT_THAT(answer, Not(HasSubstr("WWW-Authenticate")));
  EXPECT_FALSE(core_.receive(100ms));
}

}  // namespace
}  // namespace wic::io
