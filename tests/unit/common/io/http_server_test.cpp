// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_server.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "common/errc.hpp"
#include "common/io/http_client.hpp"
#include "common/io/tls_context.hpp"
#include "common/openssl.hpp"

namespace common::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

/// A server with its own certificate for "localhost", on a port of the system's choice.
class HttpOverTls : public testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);  // we write on to servers that have hung up
    std::string pattern = testing::TempDir() + "http_server_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    make_certificate();
    options_.listen = {Endpoint::parse("127.0.0.1:0").value(), Endpoint::parse("[::1]:0").value()};
    options_.tls = {.certificate_chain = folder_ / "cert.pem", .private_key = folder_ / "key.pem"};
    options_.threads = 2;
    options_.header_timeout = 300ms;
    options_.body_timeout = 300ms;
    options_.idle_timeout = 300ms;
    options_.handler_timeout = 500ms;
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    server_.emplace(
        options_,
        [this](HttpRequest request, HttpServer::Reply reply) {
          ++handled_;
          if (request.path == "/never") return;
          if (request.path == "/large") {
            HttpResponse large;
            large.body = std::string(large_body, 'x');
            return reply(large);
          }
          if (request.path == "/growing") return grow(reply);
          if (request.path == "/certificate") {
            HttpResponse found;
            found.body = request.client_certificate ? "one" : "none";
            if (request.client_certificate_trusted) found.body += ", trusted";
            return reply(found);
          }
          HttpResponse response;
          response.body = request.method + " " + request.path + " " + request.body;
          std::thread([reply, response] { reply(response); }).detach();
        },
        metrics_);
    server_->start();
  }

  static constexpr std::size_t large_body = 32UL * 1024 * 1024;  // more than sockets hold

  void grow(const HttpServer::Reply& reply) {
    HttpResponse response;
    response.body = "first ";
    response.stream = stream_ = std::make_shared<BodyStream>(64);
    reply(response);
  }

  void make_certificate() {
    const EvpPkeyPtr key(EVP_EC_gen("P-256"));
    const X509Ptr certificate(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_version(certificate.get(), 2);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_EXTENSION* names =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    X509_add_ext(certificate.get(), names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    const BioPtr cert_file(BIO_new_file((folder_ / "cert.pem").c_str(), "w"));
    PEM_write_bio_X509(cert_file.get(), certificate.get());
    const BioPtr key_file(BIO_new_file((folder_ / "key.pem").c_str(), "w"));
    PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  }

  std::string url(const std::string& path) const {
    return "https://localhost:" + std::to_string(server_->endpoints()[0].port) + path;
  }

  /// Sends raw octets over TLS and returns all that comes back until the server closes.
  std::string exchange(const std::string& text, bool with_certificate = false) {
    const SslCtxPtr context = make_tls_client_context(folder_ / "cert.pem");
    if (with_certificate) {
      SSL_CTX_use_certificate_file(context.get(), (folder_ / "cert.pem").c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context.get(), (folder_ / "key.pem").c_str(), SSL_FILETYPE_PEM);
    }
    BioPtr connection(BIO_new_ssl_connect(context.get()));
    BIO_set_conn_hostname(connection.get(), server_->endpoints()[0].to_string().c_str());
    if (BIO_do_connect(connection.get()) != 1) return "no connection";
    BIO_write(connection.get(), text.data(), static_cast<int>(text.size()));
    std::string out;
    std::array<char, 4096> chunk{};
    for (int size = 0; (size = BIO_read(connection.get(), chunk.data(), chunk.size())) > 0;) {
      out.append(chunk.data(), static_cast<std::size_t>(size));
    }
    return out;
  }

  std::filesystem::path folder_;
  HttpServerOptions options_;
  Metrics metrics_;
  std::atomic<int> handled_ = 0;
  std::shared_ptr<BodyStream> stream_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpOverTls, AnswersFromAnotherThreadOnEveryAddress) {
  start();
  HttpClient client({.ca_file = folder_ / "cert.pem"});
  const auto answer = client.post(url("/x?y=1"), {}, "body");
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->body, "POST /x body");
  EXPECT_NE(server_->endpoints()[1].port, 0);
}

TEST_F(HttpOverTls, Attack94_ClientRefusesAnUnknownCertificate) {
  start();
  HttpClient client({});
  EXPECT_EQ(client.get(url("/")).error(), Errc::tls_failed);
  HttpClient trusting({.ca_file = folder_ / "cert.pem"});
  const std::string by_address =
      "https://127.0.0.1:" + std::to_string(server_->endpoints()[0].port) + "/";
  EXPECT_EQ(trusting.get(by_address).error(), Errc::tls_failed);
}

TEST_F(HttpOverTls, A36_AmbiguousLengthNeverReachesTheHandler_Attack52) {
  start();
  for (const std::string fields :
       {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: +3\r\n"}) {
    const std::string answer =
        exchange("POST /token HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n0\r\n\r\nabc");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400")) << fields;
  }
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpOverTls, A36_OversizedHeadersAndBodiesAreRefused_Attack52) {
  start();
  EXPECT_THAT(
      exchange("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(64 * 1024, 'a') + "\r\n\r\n"),
      StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpOverTls, A36_HostMustBeThereOnce) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpOverTls, A36_SlowHeadersAndBodiesAreCutOff_Attack53) {
  start();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: a\r\nX"), "");
  EXPECT_EQ(exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"), "");
  EXPECT_EQ(exchange(""), "");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpOverTls, SilentHandlersEndIn503AndHeadHasNoBody) {
  start();
  EXPECT_THAT(exchange("GET /never HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 503"));
  const std::string answer = exchange("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 7"));
}

TEST_F(HttpOverTls, RequestsSentTogetherAreAnsweredInTheirOrder) {
  start();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests +=
        "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody";
  }
  const std::string answers =
      exchange(requests + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = answers.find("POST /" + std::to_string(i) + " body", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_THAT(answers.substr(at), HasSubstr("GET /last"));
}

TEST_F(HttpOverTls, RequestsArriveCutAnywhere) {
  options_.tls.reset();
  start();
  const std::string request =
      "POST /cut HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  const BioPtr connection(BIO_new_connect(server_->endpoints()[0].to_string().c_str()));
  ASSERT_EQ(BIO_do_connect(connection.get()), 1);
  for (const char octet : request) {
    ASSERT_EQ(BIO_write(connection.get(), &octet, 1), 1);
    std::this_thread::sleep_for(500us);
  }
  std::array<char, 4096> answer{};
  ASSERT_GT(BIO_read(connection.get(), answer.data(), answer.size() - 1), 0);
  EXPECT_THAT(std::string(answer.data()), HasSubstr("POST /cut abcde"));
}

TEST_F(HttpOverTls, LeaveIsGivenToThoseWhoAsk) {
  start();
  const std::string answer = exchange(
      "POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
}

TEST_F(HttpOverTls, BodiesMayGrow) {
  start();
  std::thread writer([this] {
    while (handled_ == 0 || !stream_) std::this_thread::sleep_for(1ms);
    stream_->write("second ");
    std::this_thread::sleep_for(20ms);
    stream_->write("third");
    stream_->finish();
  });
  const std::string answer = exchange("GET /growing HTTP/1.1\r\nHost: a\r\n\r\n");
  writer.join();
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nfirst second third"));
  EXPECT_FALSE(stream_->write("too late"));
}

TEST_F(HttpOverTls, A36_ReadersThatDoNotKeepUpLoseTheConnection) {
  BodyStream stream(8);
  EXPECT_TRUE(stream.write("12345678"));
  EXPECT_FALSE(stream.write("9"));
  EXPECT_TRUE(stream.closed());
  EXPECT_TRUE(stream.take().finished);
}

TEST_F(HttpOverTls, AnswersThatTheSocketDoesNotTakeAtOnceGoOnByThemselves) {
  start();
  const std::string got = exchange("GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto head = got.find("\r\n\r\n");
  ASSERT_NE(head, std::string::npos);
  EXPECT_EQ(got.size() - head - 4, large_body);
}

TEST_F(HttpOverTls, ClientCertificatesAreHandedOnWhenAskedFor) {
  const std::string request = "GET /certificate HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  options_.tls->ask_client_certificate = true;
  start();
  EXPECT_THAT(exchange(request), testing::EndsWith("none"));
  EXPECT_THAT(exchange(request, true), testing::EndsWith("one"));
  server_.reset();
  options_.tls->client_ca = folder_ / "cert.pem";
  start();
  EXPECT_THAT(exchange(request, true), testing::EndsWith("one, trusted"));
  server_.reset();
  options_.tls->ask_client_certificate = false;
  start();
  EXPECT_THAT(exchange(request, true), testing::EndsWith("none"));
}

TEST_F(HttpOverTls, A36_ConnectionsOfOneAddressAreCapped) {
  options_.max_connections_per_address = 0;
  start();
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), "no connection");
}

}  // namespace
}  // namespace common::io
