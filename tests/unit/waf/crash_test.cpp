// SPDX-License-Identifier: Apache-2.0
// Kills the running program at any instant and looks at what its clients then hold. How often:
// WAF_CRASH_KILLS (default 20).
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/io/http_client.hpp"
#include "common/io/system_random.hpp"
#include "tests/support/test_certificate.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/maintenance.hpp"
#include "waf/io/sqlite_store.hpp"
#include "waf/settings.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf::io {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr const char* redirect_uri = "https://phone.example/cb";
constexpr std::size_t flows = 4;
constexpr std::size_t codes_a_round = 40;

int kills() {
  const char* text = std::getenv("WAF_CRASH_KILLS");
  return text == nullptr ? 20 : std::atoi(text);
}

std::uint16_t free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

/// What a client of one login holds.
struct Flow {
  std::string token;  // the last one that it was given
  std::string used;   // one that it used for certain, two or more ago
  std::uint64_t refreshed = 0;
  // When a request got no answer: its token may have been used then, and may be used again for
  // refresh_leeway only. On a machine so busy that the restart took longer, the client logs in
  // anew.
  std::optional<std::chrono::steady_clock::time_point> unanswered = {};

  [[nodiscard]] bool outlived_leeway() const {
    return unanswered && std::chrono::steady_clock::now() - *unanswered > 4s;
  }
};

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    test::write_certificate(folder_.path() / "cert.pem", folder_.path() / "key.pem");
    client_.emplace(common::io::HttpClientOptions{.ca_file = folder_.path() / "cert.pem"});
    std::filesystem::create_directory(folder_.path() / "page");
    std::ofstream(folder_.path() / "waf.toml")
        << "[server]\nissuer = \"https://localhost:" << port_
        << "\"\nlisten = [\"127.0.0.1:" << port_
        << "\"]\ncertificate = \"cert.pem\"\nprivate_key = \"key.pem\"\n"
        << "max_connections_per_address = 1000\n"
        << "[wwsf]\nfolder = \"page\"\n[store]\nfile = \"waf.db\"\n[keys]\nfolder = \"keys\"\n"
        << "[tokens]\naudience = \"sip:gateway.ims.example\"\nwaf_identity = \"waf.ims.example\"\n"
        << "wwsf_identity = \"wwsf.ims.example\"\n[log]\nlevel = \"error\"\n[limits]\n"
        << "token_per_client_per_second = 100000\ntoken_per_address_per_second = 100000\n";
    SqliteStore store(file());
    Client demo;
    demo.id = demo.name = "demo";
    demo.redirect_uris = {redirect_uri};
    demo.scopes = demo.default_scopes = {"openid", "offline_access"};
    store.put_client(demo);
    User alice;
    alice.id = "u-alice";
    alice.name = "alice";
    alice.impi = "alice@ims.example";
    alice.impus = {"sip:alice@ims.example"};
    store.put_user(alice);
  }
  void TearDown() override { kill_now(); }

  std::filesystem::path file() const { return folder_.path() / "waf.db"; }

  void start() {
    process_ = ::fork();
    if (process_ == 0) {
      const std::string config = (folder_.path() / "waf.toml").string();
      ::execl(WAF_PROGRAM, WAF_PROGRAM, "serve", "--config", config.c_str(), nullptr);
      ::_exit(127);
    }
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (std::chrono::steady_clock::now() < end) {
      if (client_->get(url("/jwks"))) return;
      std::this_thread::sleep_for(5ms);
    }
    FAIL() << "the server does not answer";
  }
  void kill_now() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  std::string url(const std::string& path) const {
    return "https://localhost:" + std::to_string(port_) + path;
  }
  common::Result<common::HttpResponse> ask(const common::FormFields& form) {
    return client_->post(url("/token"), {{"Content-Type", "application/x-www-form-urlencoded"}},
                         common::encode_form(form));
  }
  common::Result<common::HttpResponse> redeem(const std::string& code) {
    return ask({{"grant_type", "authorization_code"},
                {"code", code},
                {"client_id", "demo"},
                {"redirect_uri", redirect_uri},
                {"code_verifier", verifier}});
  }
  common::Result<common::HttpResponse> refresh(const std::string& token) {
    return ask({{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", "demo"}});
  }

  /// Codes as the authorization endpoint stores them, written while nobody serves.
  std::vector<std::string> make_codes(std::size_t count) {
    SqliteStore store(file());
    common::io::SystemRandom random;
    std::vector<std::string> out;
    store.atomically([&] {
      for (std::size_t i = 0; i < count; ++i) {
        Code code;
        out.push_back(random.base64url(secret_octets));
        code.digest = digest_of(out.back());
        code.grant_id = random.base64url(12);
        code.client_id = "demo";
        code.redirect_uri = redirect_uri;
        code.challenge = challenge;
        code.user_id = "u-alice";
        code.sid = "s-" + code.grant_id;
        code.acr = "urn:acr:pwd";
        code.scopes = {"openid", "offline_access"};
        code.auth_time = now();
        code.expires_at = now() + seconds(600);
        store.put_code(code);
      }
    });
    return out;
  }
  static std::string refresh_token_of(const common::HttpResponse& response) {
    return nlohmann::json::parse(response.body).value("refresh_token", "");
  }

  /// Goes on until the server is gone; a request without an answer leaves the flow as it was.
  void keep_refreshing(Flow& flow) {
    while (true) {
      const auto began = std::chrono::steady_clock::now();
      const auto answer = refresh(flow.token);
      if (!answer) {
        if (!flow.unanswered) flow.unanswered = began;
        return;
      }
      if (answer->status == 503) continue;
      if (answer->status == 400 && flow.outlived_leeway()) {
        flow.token.clear();
        flow.used.clear();
        flow.unanswered.reset();
        return;
      }
      ASSERT_EQ(answer->status, 200U) << "an issued refresh token was refused: " << answer->body;
      flow.used = flow.token;
      flow.token = refresh_token_of(*answer);
      ++flow.refreshed;
      flow.unanswered.reset();
    }
  }

  test::TemporaryFolder folder_;
  std::uint16_t port_ = free_port();
  std::optional<common::io::HttpClient> client_;
  pid_t process_ = 0;
};

TEST_F(Crash, A08_A13_NoIssuedTokenIsLostAndNoUsedCodeWorksAgain) {
  std::mt19937 dice(1);
  std::vector<Flow> held(flows);
  std::vector<std::string> spent;  // codes whose tokens have arrived
  std::uint64_t redeemed = 0;
  for (int round = 0; round <= kills(); ++round) {
    const auto fresh = make_codes(codes_a_round);
    const auto logins = make_codes(flows);
    start();
    if (HasFatalFailure()) return;
    for (std::size_t i = 0; i < flows; ++i) {
      if (held[i].token.empty()) held[i].token = refresh_token_of(redeem(logins[i]).value());
    }
    for (const auto& code : spent) {
      const auto again = redeem(code);
      ASSERT_TRUE(again);
      ASSERT_EQ(again->status, 400U) << "a used code worked again";
    }
    spent.clear();
    if (round == kills()) break;
    std::vector<std::thread> clients;
    for (Flow& flow : held) clients.emplace_back([this, &flow] { keep_refreshing(flow); });
    clients.emplace_back([&] {
      for (const auto& code : fresh) {
        const auto answer = redeem(code);
        if (!answer) return;
        if (answer->status == 200) spent.push_back(code);
      }
    });
    std::this_thread::sleep_for(std::chrono::microseconds(20'000 + dice() % 130'000));
    kill_now();
    for (auto& client : clients) client.join();
    redeemed += spent.size();
    ASSERT_THAT(check_store(file()), ElementsAre()) << "after kill " << round + 1;
    if (HasFatalFailure()) return;
  }
  std::uint64_t refreshed = 0;
  for (Flow& flow : held) {
    const auto last = refresh(flow.token);
    ASSERT_TRUE(last);
    refreshed += flow.refreshed;
    if (last->status == 400 && flow.outlived_leeway()) continue;
    EXPECT_EQ(last->status, 200U) << "the last token that was issued is lost";
    if (flow.used.empty()) continue;
    const auto reuse = refresh(flow.used);
    ASSERT_TRUE(reuse);
    EXPECT_EQ(reuse->status, 400U) << "a used refresh token worked again";
  }
  EXPECT_GT(refreshed, 0U);
  EXPECT_GT(redeemed, 0U);
  RecordProperty("refreshed", static_cast<int>(refreshed));
  RecordProperty("redeemed", static_cast<int>(redeemed));
  std::cout << kills() << " kills, " << refreshed << " refreshes, " << redeemed << " codes\n";
}

}  // namespace
}  // namespace waf::io
