// SPDX-License-Identifier: Apache-2.0
// The command line of the real program.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_certificate.hpp"
#include "waf/grants/token_set.hpp"
#include "waf/io/clock.hpp"
#include "waf/io/password_hasher.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

using testing::HasSubstr;

class Commands : public testing::Test {
 protected:
  struct Outcome {
    int status = -1;
    std::string text;  // of both outputs
  };

  void SetUp() override {
    test::write_certificate(folder_.path() / "cert.pem", folder_.path() / "key.pem");
    write_config(good_config);
  }
  void write_config(const std::string& text) { std::ofstream(config()) << text; }
  [[nodiscard]] std::string config() const { return folder_.path() / "waf.toml"; }
  [[nodiscard]] SqliteStore store() const { return SqliteStore(folder_.path() / "waf.db", false); }

  /// Runs `waf ARGUMENTS --config …` with `input` as its standard input.
  [[nodiscard]] Outcome run(const std::string& arguments, const std::string& input = "") const {
    const std::string in = folder_.path() / "input";
    std::ofstream(in) << input;
    const std::string line =
        std::string(WAF_PROGRAM) + " " + arguments + " --config " + config() + " 2>&1 < " + in;
    Outcome out;
    FILE* pipe = ::popen(line.c_str(), "r");
    std::array<char, 4096> chunk{};
    for (std::size_t n = 0; (n = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) {
      out.text.append(chunk.data(), n);
    }
    const int status = ::pclose(pipe);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
  }

  static constexpr const char* good_config = R"([server]
issuer = "https://localhost:8443"
listen = ["127.0.0.1:0"]
certificate = "cert.pem"
private_key = "key.pem"
[wwsf]
folder = "page"
[store]
file = "waf.db"
[keys]
folder = "keys"
[tokens]
audience = "sip:gateway.ims.example"
waf_identity = "waf.ims.example"
wwsf_identity = "wwsf.ims.example"
)";
  test::TemporaryFolder folder_;
};

TEST_F(Commands, CheckConfigNamesTheMisspeltKeyAndTheMissingOne) {
  EXPECT_EQ(run("check-config").status, 0);
  std::string text = good_config;
  text.replace(text.find("certificate"), 11, "certificat");
  write_config(text);
  const auto outcome = run("check-config");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr("key 'server.certificate': missing"));
  EXPECT_THAT(outcome.text, HasSubstr("unknown key 'server.certificat' in line 4"));
}

TEST_F(Commands, CheckConfigRefusesAKeyThatDoesNotFitTheCertificate) {
  test::write_certificate(folder_.path() / "other.pem", folder_.path() / "key.pem");
  const auto outcome = run("check-config");
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.text, HasSubstr("key.pem"));
}

TEST_F(Commands, A30_CheckConfigRefusesCheapPasswordHashes) {
  write_config(std::string(good_config) + "[passwords]\nmemory_kib = 7168\n");
  EXPECT_THAT(run("check-config").text, HasSubstr("key 'passwords.memory_kib': expected at least"));
}

TEST_F(Commands, ClientAddStoresWhatMayBeRegisteredOnly) {
  EXPECT_EQ(run("client add phone --redirect-uri https://phone.example/cb "
                "--post-logout-redirect-uri https://phone.example/ --origin https://phone.example "
                "--scope 'openid sip.register'")
                .status,
            0);
  const auto client = store().find_client("phone").value();
  EXPECT_EQ(client.redirect_uris, std::vector<std::string>{"https://phone.example/cb"});
  EXPECT_EQ(client.origins, std::vector<std::string>{"https://phone.example"});
  EXPECT_EQ(client.scopes, (std::vector<std::string>{"openid", "sip.register"}));
  EXPECT_THAT(run("client list").text, HasSubstr("phone\tenabled\thttps://phone.example/cb"));
  for (const std::string bad :
       {"--redirect-uri http://phone.example/", "--redirect-uri https://a.example/ --origin null",
        "--redirect-uri https://a.example/ --post-logout-redirect-uri x:"}) {
    EXPECT_EQ(run("client add other " + bad).status, 1) << bad;
  }
  EXPECT_FALSE(store().find_client("other"));
}

TEST_F(Commands, UserPasswordReplacesItAndEndsEverything) {
  EXPECT_EQ(run("user add erin --impi erin@ims.example --impu sip:erin@ims.example", "first-pass\n")
                .status,
            0);
  auto before = store().find_user_by_name("erin").value();
  EXPECT_TRUE(password_matches("first-pass", before.password_hash));
  Session session;
  session.digest = "d";
  session.user_id = before.id;
  store().put_session(session);
  EXPECT_EQ(run("user password erin", "short\n").status, 1);
  EXPECT_EQ(run("user password erin", "second-pass\n").status, 0);
  const auto after = store().find_user_by_name("erin").value();
  EXPECT_TRUE(password_matches("second-pass", after.password_hash));
  EXPECT_FALSE(store().find_session("d"));
  EXPECT_TRUE(store().revoked_at(Revocation::Type::user, before.id));
  EXPECT_EQ(run("user disable erin").status, 0);
  EXPECT_FALSE(store().find_user_by_name("erin")->enabled);
  EXPECT_EQ(run("user password nobody", "second-pass\n").status, 1);
}

TEST_F(Commands, J14_KeysAreRotatedListedAndDropped) {
  EXPECT_EQ(run("keys rotate").status, 0);
  const std::string kid = store().keys().at(0).kid;
  EXPECT_THAT(run("keys list").text, HasSubstr(kid + "\tES256\tto come"));
  EXPECT_EQ(run("keys drop " + kid).status, 0);
  EXPECT_THAT(run("keys list").text, HasSubstr(kid + "\tES256\tgone"));
  EXPECT_EQ(store().keys().size(), 2U);  // another one took its place
  const auto events = store().events_after(0, 10);
  ASSERT_EQ(events.size(), 1U);  // what it signed is refused everywhere
  EXPECT_EQ(events[0].revocation.type, Revocation::Type::epoch);
  EXPECT_EQ(run("keys drop unknown").status, 1);
}

}  // namespace
}  // namespace waf::io
