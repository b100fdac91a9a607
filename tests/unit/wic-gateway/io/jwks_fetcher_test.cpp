// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/jwks_fetcher.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>

#include <gtest/gtest.h>

#include "common/io/http_server.hpp"
#include "tests/support/test_certificate.hpp"
#include "token_forge.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;

/// An issuer over TLS whose metadata a test can falsify.
class JwksFetcherTest : public testing::Test {
 protected:
  JwksFetcherTest() {
    test::write_certificate(folder_.path() / "server.pem", folder_.path() / "server.key");
    common::io::HttpServerOptions options;
    options.listen = {common::Endpoint::parse("127.0.0.1:0").value()};
    options.tls = {folder_.path() / "server.pem", folder_.path() / "server.key"};
    server_.emplace(
        options,
        [this](const common::HttpRequest& request, const common::io::HttpServer::Reply& reply) {
          common::HttpResponse response;
          response.status = status_;
          response.headers = {{"Location", origin() + "/jwks"}};
          response.body = request.path == "/jwks" ? forge_.keys().to_json() : metadata_;
          if (request.path == "/jwks") response.status = 200;
          reply(std::move(response));
        },
        metrics_);
    server_->start();
    say(origin(), origin() + "/jwks");
  }

  std::string origin() const {
    return "https://localhost:" + std::to_string(server_->endpoints()[0].port);
  }
  void say(const std::string& issuer, const std::string& jwks_uri) {
    metadata_ = R"({"issuer": ")" + issuer + R"(", "jwks_uri": ")" + jwks_uri + "\"}";
  }
  /// What the fetcher's first attempt brings.
  KeySetPtr fetch(bool trusting = true) {
    std::mutex mutex;
    std::condition_variable told;
    std::optional<KeySetPtr> result;
    JwksFetcherConfig config;
    config.issuer = origin();
    if (trusting) config.ca_file = folder_.path() / "server.pem";
    JwksFetcher fetcher(
        config,
        [&](KeySetPtr keys) {
          const std::lock_guard lock(mutex);
          if (!result) result = std::move(keys);
          told.notify_all();
        },
        metrics_);
    std::unique_lock lock(mutex);
    EXPECT_TRUE(told.wait_for(lock, 10s, [&] { return result.has_value(); }));
    return result.value_or(nullptr);
  }

  test::TemporaryFolder folder_;
  test::TokenForge forge_;
  common::Metrics metrics_;
  std::string metadata_;
  unsigned status_ = 200;
  std::optional<common::io::HttpServer> server_;
};

TEST_F(JwksFetcherTest, J13_KeysComeByTheIssuersMetadata) {
  const KeySetPtr keys = fetch();
  ASSERT_NE(keys, nullptr);
  EXPECT_EQ(keys->size(), 1U);
}

TEST_F(JwksFetcherTest, J13_MetadataOfAnotherIssuerIsNotBelieved) {
  say(origin() + "/", origin() + "/jwks");
  EXPECT_EQ(fetch(), nullptr);
  say("https://evil.example", origin() + "/jwks");
  EXPECT_EQ(fetch(), nullptr);
}

TEST_F(JwksFetcherTest, J13_KeysOfAnotherOriginAreNotFetched) {
  say(origin(), "https://127.0.0.1:" + std::to_string(server_->endpoints()[0].port) + "/jwks");
  EXPECT_EQ(fetch(), nullptr);
  say(origin(), "http://localhost:" + std::to_string(server_->endpoints()[0].port) + "/jwks");
  EXPECT_EQ(fetch(), nullptr);
}

TEST_F(JwksFetcherTest, J13_RedirectsAreNotFollowed) {
  status_ = 302;
  EXPECT_EQ(fetch(), nullptr);
}

TEST_F(JwksFetcherTest, A94_UnknownCertificateFailsClosed) { EXPECT_EQ(fetch(false), nullptr); }

}  // namespace
}  // namespace wic::io
