// SPDX-License-Identifier: Apache-2.0
// The running server: sockets, threads, files and all.
#include "waf/io/service.hpp"

#include <sys/resource.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "common/io/http_client.hpp"
#include "common/io/system_random.hpp"
#include "tests/support/test_certificate.hpp"
#include "waf/endpoints/metadata.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/key_store.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

using common::HttpHeaders;
using common::HttpResponse;
using testing::HasSubstr;
using testing::Not;

constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr const char* redirect_uri = "https://phone.example/cb";
constexpr const char* password = "correct horse battery";

class RunningServer : public testing::Test {
 protected:
  void SetUp() override {
    config_.settings.issuer = "https://waf.example";
    config_.settings.audience = "sip:gateway.ims.example";
    config_.settings.waf_identity = "waf.ims.example";
    config_.settings.wwsf_identity = "wwsf.ims.example";
    config_.https.listen = {common::Endpoint::parse("127.0.0.1:0").value()};
    config_.https.tls = {folder_.path() / "cert.pem", folder_.path() / "key.pem"};
    config_.https.max_connections_per_address = 1000;
    config_.store = folder_.path() / "waf.db";
    config_.full_sync = false;
    config_.keys.folder = folder_.path() / "keys";
    config_.page_folder = folder_.path() / "page";
    config_.clients = {{"demo",
                        "Softphone",
                        {redirect_uri},
                        {},
                        {},
                        {"openid", "offline_access", "sip.register"},
                        {"openid"},
                        true}};
    User alice;
    alice.name = "alice";
    alice.display_name = "Alice";
    alice.impi = "alice@ims.example";
    alice.impus = {"sip:alice@ims.example"};
    config_.users = {{alice, password}};
    test::write_certificate(config_.https.tls->certificate_chain, config_.https.tls->private_key);
    client_.emplace(
        common::io::HttpClientOptions{.ca_file = config_.https.tls->certificate_chain,
                                      .total_timeout = std::chrono::milliseconds(30'000),
                                      .max_in_flight = 1000});
  }

  void start() {
    service_.emplace(config_);
    service_->start();
  }
  std::string url(const std::string& path) const {
    return "https://localhost:" + std::to_string(service_->endpoints()[0].port) + path;
  }
  HttpResponse get(const std::string& path, HttpHeaders headers = {}) {
    return client_->get(url(path), std::move(headers)).value();
  }
  HttpResponse post(const std::string& path, const common::FormFields& form,
                    HttpHeaders headers = {}) {
    headers.add("Content-Type", "application/x-www-form-urlencoded");
    return client_->post(url(path), std::move(headers), common::encode_form(form)).value();
  }
  static std::string cut(std::string_view text, std::string_view before, char end) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = text.substr(at + before.size());
    return std::string(rest.substr(0, rest.find(end)));
  }

  struct LoginPage {
    common::FormFields form;
    HttpHeaders headers;
  };
  LoginPage open_login() {
    const auto page = get("/authorize?" + common::encode_form({{"response_type", "code"},
                                                               {"client_id", "demo"},
                                                               {"redirect_uri", redirect_uri},
                                                               {"scope", "openid offline_access"},
                                                               {"code_challenge", challenge},
                                                               {"code_challenge_method", "S256"}}));
    LoginPage out;
    out.form = {{"csrf", cut(page.body, "name=\"csrf\" value=\"", '"')},
                {"request", cut(page.body, "name=\"request\" value=\"", '"')}};
    out.headers.add("Cookie", std::string(cut(page.headers.get("Set-Cookie"), "", ';')));
    return out;
  }
  HttpResponse submit(LoginPage page, const std::string& user, const std::string& secret) {
    page.form.emplace_back("username", user);
    page.form.emplace_back("password", secret);
    return post("/login", page.form, page.headers);
  }
  std::set<std::string> published_kids() {
    std::set<std::string> out;
    const auto document = nlohmann::json::parse(get("/jwks").body);
    for (const auto& key : document["keys"]) {
      out.insert(key["kid"].get<std::string>());
    }
    return out;
  }

  test::TemporaryFolder folder_;
  ProgramConfig config_;
  std::optional<common::io::HttpClient> client_;
  std::optional<Service> service_;
};

std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stoul(line.substr(6));
  }
  return 0;
}

TEST_F(RunningServer, Attack50_ParallelLoginsAreBoundedAndTheServiceGoesOn) {
  constexpr int logins = 200;
  config_.hash_queue = 8;
  config_.settings.login_per_address = {100'000, seconds(1)};
  config_.settings.authorize_per_address = {100'000, seconds(1)};
  start();
  const LoginPage page = open_login();
  const std::size_t before = resident_kib();
  std::mutex mutex;
  std::map<unsigned, int> statuses;
  std::atomic<int> left = logins;
  for (int i = 0; i < logins; ++i) {
    LoginPage one = page;
    one.form.emplace_back("username", "user" + std::to_string(i));
    one.form.emplace_back("password", "some password");
    one.headers.add("Content-Type", "application/x-www-form-urlencoded");
    client_->post(url("/login"), one.headers, common::encode_form(one.form),
                  [&](const common::Result<HttpResponse>& answer) {
                    const std::scoped_lock lock(mutex);
                    ++statuses[answer ? answer->status : 0];
                    --left;
                  });
  }
  std::size_t most = before;
  while (left > 0) {
    most = std::max(most, resident_kib());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(statuses[0], 0);
  EXPECT_GT(statuses[429], 0) << "the queue was never full";
  EXPECT_GT(statuses[400], 0);
  EXPECT_EQ(statuses[400] + statuses[429], logins);
  // One thread's Argon2 memory, and not one for every login (200 x 19 MiB).
  EXPECT_LT(most - before, 300U * 1024);
  EXPECT_EQ(submit(open_login(), "alice", password).status, 303U);
}

TEST_F(RunningServer, J14_RotationReachesTheServerAndOverlaps) {
  start();
  const auto before = published_kids();
  ASSERT_EQ(before.size(), 1U);
  std::string fresh;
  {
    // As another process does it: `waf keys rotate`.
    SqliteStore store(config_.store, false);
    common::io::SystemRandom random;
    KeyStore keys(store, config_.keys);
    const auto record =
        keys.rotate(config_.settings, common::jose::Algorithm::es256, random, now());
    fresh = record.kid;
    EXPECT_GE(record.sign_from, now() + 2 * jwks_max_age - seconds(2));
  }
  service_->reload();
  auto after = before;
  after.insert(fresh);
  EXPECT_EQ(published_kids(), after);
  // What is signed now is signed by the old key: nobody has had time to fetch the new one.
  const auto answer = submit(open_login(), "alice", password);
  const std::string code = cut(answer.headers.get("Location"), "code=", '&');
  const auto tokens = nlohmann::json::parse(post("/token", {{"grant_type", "authorization_code"},
                                                            {"client_id", "demo"},
                                                            {"code", code},
                                                            {"code_verifier", verifier}})
                                                .body);
  const auto jws = common::jose::parse_jws(tokens["access_token"].get<std::string>(), {});
  ASSERT_TRUE(jws);
  EXPECT_EQ(jws->kid, *before.begin());
}

TEST_F(RunningServer, J14_ADroppedKeyIsGoneAtOnceAndAnotherSigns) {
  start();
  const auto before = published_kids();
  {
    SqliteStore store(config_.store, false);
    common::io::SystemRandom random;
    KeyStore keys(store, config_.keys);
    EXPECT_THROW(keys.drop("unknown", random, now()), std::runtime_error);
    keys.drop(*before.begin(), random, now());
  }
  service_->reload();
  const auto after = published_kids();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_NE(after, before);
  EXPECT_EQ(submit(open_login(), "alice", password).status, 303U);
}

TEST_F(RunningServer, RenewedCertificateServesNewConnectionsAndABrokenOneIsRefused) {
  start();
  EXPECT_EQ(get("/jwks").status, 200U);
  test::write_certificate(config_.https.tls->certificate_chain, config_.https.tls->private_key);
  service_->reload();
  EXPECT_FALSE(client_->get(url("/jwks")));  // it trusts the former certificate only
  common::io::HttpClient renewed({.ca_file = config_.https.tls->certificate_chain});
  EXPECT_TRUE(renewed.get(url("/jwks")));
  std::ofstream(config_.https.tls->private_key) << "broken";
  EXPECT_THROW(service_->reload(), std::runtime_error);
  EXPECT_TRUE(renewed.get(url("/jwks")));
}

TEST_F(RunningServer, A37_NoSecretStandsInTheLogs_Attack72) {
  std::ostringstream text;
  const auto former = spdlog::default_logger();
  const auto logger = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  logger->set_level(spdlog::level::trace);
  spdlog::set_default_logger(logger);
  start();
  const LoginPage page = open_login();
  std::vector<std::string> secrets = {password, "mistyped secret", verifier};
  secrets.push_back(cut(page.headers.get("Cookie"), "=", ';'));
  (void)submit(page, "alice", "mistyped secret");
  const auto answer = submit(page, "alice", password);
  secrets.push_back(cut(answer.headers.get("Set-Cookie"), "=", ';'));
  const std::string code = cut(answer.headers.get("Location"), "code=", '&');
  secrets.push_back(code);
  const common::FormFields redeem = {{"grant_type", "authorization_code"},
                                     {"client_id", "demo"},
                                     {"code", code},
                                     {"code_verifier", verifier}};
  const auto tokens = nlohmann::json::parse(post("/token", redeem).body);
  for (const auto* name : {"access_token", "refresh_token", "id_token"}) {
    secrets.push_back(tokens[name].get<std::string>());
  }
  const common::FormFields refresh = {{"grant_type", "refresh_token"},
                                      {"client_id", "demo"},
                                      {"refresh_token", tokens["refresh_token"]}};
  EXPECT_EQ(post("/token", refresh).status, 200U);
  EXPECT_EQ(post("/token", redeem).status, 400U);   // refused, hence logged
  EXPECT_EQ(post("/token", refresh).status, 400U);  // the same
  EXPECT_EQ(get("/userinfo", {{"Authorization", "Bearer " + secrets[5]}}).status, 401U);
  service_.reset();
  spdlog::set_default_logger(former);
  EXPECT_THAT(text.str(), HasSubstr("token refused"));
  for (const auto& secret : secrets) {
    ASSERT_GE(secret.size(), 8U);
    EXPECT_THAT(text.str(), Not(HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace waf::io
