// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/errc.hpp"
#include "common/io/key_files.hpp"
#include "common/jose/access_token.hpp"
#include "tests/support/seeded_random.hpp"
#include "waf/accounts/known_browser.hpp"
#include "waf/endpoints/application.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/io/password_hasher.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::test_support {

inline constexpr const char* verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr const char* challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
inline constexpr const char* redirect_uri = "https://phone.example/app/callback";
inline constexpr SystemTime t0 = common::system_time(1'700'000'000);

/// The whole application on a real store in memory, with virtual time and a browser's cookies.
class ServerFixture : public testing::Test {
 protected:
  static Settings make_settings() {
    Settings out;
    out.issuer = "https://waf.example";
    out.audience = "sip:gateway.ims.example";
    out.waf_identity = "waf.ims.example";
    out.wwsf_identity = "wwsf.ims.example";
    out.token_per_address = {1000, seconds(1)};
    out.token_per_client = {1000, seconds(1)};
    out.login_per_account = {100, seconds(60)};
    out.login_per_address = {100, seconds(60)};
    out.password_cost = {64, 1, 1};  // fast: what is tested is not Argon2's strength
    return out;
  }

  explicit ServerFixture(Settings given = make_settings()) : settings(std::move(given)) {}

  void SetUp() override {
    store.put_client({"demo",
                      "Softphone",
                      {redirect_uri},
                      {"https://phone.example/"},
                      {"https://phone.example"},
                      {"openid", "offline_access", "sip.register", "sip.call"},
                      {"openid", "sip.register"},
                      true});
    store.put_client(
        {"other", "Other", {"https://other.example/cb"}, {}, {}, {"openid"}, {"openid"}, true});
    user = {"u-1",
            "alice",
            "Alice",
            io::hash_password("alice-demo", settings.password_cost, random),
            "alice@ims.example",
            {"sip:alice@ims.example"},
            true};
    store.put_user(user);
    context.reload_origins();
  }

  WorkResult perform(const PasswordCheck& check) {
    ++password_checks;
    return io::check_password(check.password, check.hash, settings.password_cost, random);
  }

  WorkResult perform(const PasswordHashing& work) {
    return HashedPassword{io::hash_password(work.password, settings.password_cost, random)};
  }
  WorkResult perform(const Fetch& fetch) {
    fetches.push_back(fetch);
    if (on_fetch) return on_fetch(fetch);
    return FetchResult(common::fail(common::Errc::connection_failed));
  }

  WorkResult perform(const directory::DirectoryLogin& asked) {
    directory_logins.push_back(asked);
    return on_directory ? on_directory(asked) : directory::DirectoryVerdict{};
  }

  HttpResponse send(HttpRequest request) {
    if (!session.empty() || !login.empty()) {
      request.headers.set("Cookie", std::string(session_cookie) + "=" + session + "; " +
                                        std::string(login_cookie) + "=" + login + "; " +
                                        std::string(known_browser_cookie) + "=" + remembered);
    }
    Answer answer = application.handle(request, now);
    while (auto* pending = std::get_if<std::shared_ptr<Pending>>(&answer)) {
      const std::shared_ptr<Pending> held = *pending;
      WorkResult result =
          std::visit([this](const auto& work) { return perform(work); }, held->work);
      if (before_finish) before_finish();
      answer = application.resume(request, *held, std::move(result), now);
    }
    HttpResponse response = std::get<HttpResponse>(std::move(answer));
    for (const auto& [name, value] : response.headers.fields()) {
      if (name != "Set-Cookie") continue;
      const std::string text =
          value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
      if (value.starts_with(known_browser_cookie)) {
        remembered = text;
      } else {
        (value.starts_with(session_cookie) ? session : login) = text;
      }
    }
    return response;
  }
  HttpResponse get(const std::string& path, const common::FormFields& query = {}) {
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.query = common::encode_form(query);
    return send(std::move(request));
  }
  HttpResponse post(const std::string& path, const common::FormFields& form) {
    HttpRequest request;
    request.method = "POST";
    request.path = path;
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = common::encode_form(form);
    return send(std::move(request));
  }

  static common::FormFields request_fields() {
    return {{"response_type", "code"},
            {"client_id", "demo"},
            {"redirect_uri", redirect_uri},
            {"state", "st"},
            {"nonce", "no"},
            {"scope", "openid offline_access sip.register"},
            {"code_challenge", challenge},
            {"code_challenge_method", "S256"}};
  }
  static common::FormFields with(common::FormFields fields, const std::string& name,
                                 const std::string& value) {
    std::erase_if(fields, [&](const auto& field) { return field.first == name; });
    if (!value.empty()) fields.emplace_back(name, value);
    return fields;
  }
  static std::string field(const std::string& html, const std::string& name) {
    const std::string mark = "name=\"" + name + "\" value=\"";
    const std::size_t at = html.find(mark);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + mark.size();
    return html.substr(begin, html.find('"', begin) - begin);
  }
  static std::string parameter(const HttpResponse& response, const std::string& name) {
    const std::string location(response.headers.get("Location"));
    const std::size_t mark = location.find('?');
    if (mark == std::string::npos) return {};
    const auto fields = common::parse_form(location.substr(mark + 1)).value();
    for (const auto& [key, value] : fields) {
      if (key == name) return value;
    }
    return {};
  }
  HttpResponse submit(const HttpResponse& page, const std::string& name,
                      const std::string& password) {
    return post("/login", {{"csrf", field(page.body, "csrf")},
                           {"request", field(page.body, "request")},
                           {"username", name},
                           {"password", password}});
  }
  std::string log_in() {
    return parameter(submit(get("/authorize", request_fields()), "alice", "alice-demo"), "code");
  }
  common::FormFields code_fields(const std::string& code) {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"client_id", "demo"},
            {"redirect_uri", redirect_uri},
            {"code_verifier", verifier}};
  }
  HttpResponse refresh(const std::string& token) {
    return post("/token",
                {{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", "demo"}});
  }
  HttpResponse user_info(const std::string& token) {
    HttpRequest request;
    request.method = "GET";
    request.path = "/userinfo";
    request.headers.add("Authorization", "Bearer " + token);
    return send(std::move(request));
  }
  static nlohmann::json json_of(const HttpResponse& response) {
    return nlohmann::json::parse(response.body);
  }
  static std::string error_of(const HttpResponse& response) {
    return json_of(response).value("error", "");
  }

  Settings settings;
  test::SeededRandom random;
  io::SqliteStore store{":memory:"};
  KeyRing keys{{{common::io::generate_signing_key("k1"), t0 - seconds(10), t0 + seconds(1 << 30)}},
               t0};
  common::Metrics metrics;
  EndpointContext context{settings, store,
                          keys,     random,
                          {},       io::hash_password("nobody's", settings.password_cost, random),
                          metrics};
  Application application{context};
  User user;
  SystemTime now = t0;
  std::string session;
  std::string login;
  std::string remembered;
  int password_checks = 0;
  std::vector<directory::DirectoryLogin> directory_logins;
  std::function<directory::DirectoryVerdict(const directory::DirectoryLogin&)> on_directory;
  std::vector<Fetch> fetches;                         // asked for, in order
  std::function<FetchResult(const Fetch&)> on_fetch;  // what other servers answer
  std::function<void()> before_finish;                // what happens while a password is checked
};

}  // namespace waf::test_support
