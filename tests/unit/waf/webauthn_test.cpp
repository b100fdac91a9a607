// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "common/openssl.hpp"
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/webauthn/authenticator_data.hpp"
#include "waf/webauthn/cbor.hpp"
#include "waf/webauthn/ceremony.hpp"

namespace waf {
namespace {

using testing::HasSubstr;

using Octets = std::string;

Octets operator+(Octets left, std::span<const std::byte> right) {
  return left + Octets(common::text_of(right));
}

std::span<const std::byte> bytes(const Octets& text) { return common::bytes_of(text); }

/// An authenticator in software: a P-256 key, a counter, and what it says of itself.
class Authenticator {
 public:
  Authenticator() : key_(EVP_EC_gen("P-256")) {}

  Octets cose_key() const {
    std::array<unsigned char, 65> point{};
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_.get(), "pub", point.data(), point.size(), &size);
    EXPECT_EQ(size, 65U);
    const Octets all(reinterpret_cast<const char*>(point.data()), point.size());
    return Octets("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10) + all.substr(1, 32) +
           "\x22\x58\x20" + all.substr(33, 32);
  }
  Octets data(bool with_key) {
    ++counter;
    Octets out = Octets() + common::sha256(rp_id);
    out += static_cast<char>(flags | (with_key ? 0x40 : 0));
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(counter >> shift);
    if (!with_key) return out;
    return out + Octets(16, '\0') + Octets("\x00\x04", 2) + id + cose_key();
  }
  Octets sign(const Octets& message) const {
    const common::EvpMdCtxPtr context(EVP_MD_CTX_new());
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
    std::size_t size = 0;
    const auto* text = reinterpret_cast<const unsigned char*>(message.data());
    EVP_DigestSign(context.get(), nullptr, &size, text, message.size());
    Octets out(size, '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, text,
                   message.size());
    out.resize(size);
    return out;
  }
  /// What our script posts for navigator.credentials.create().
  std::string create(const std::string& challenge) {
    const Octets auth_data = data(true);
    const Octets object =
        Octets("\xa3\x63\x66mt\x64none\x67\x61ttStmt\xa0\x68\x61uthData\x58", 29) +
        static_cast<char>(auth_data.size()) + auth_data;
    return nlohmann::json{{"id", common::base64url_encode(bytes(id))},
                          {"clientDataJSON", client_data("webauthn.create", challenge)},
                          {"attestationObject", common::base64url_encode(bytes(object))},
                          {"transports", {"internal"}}}
        .dump();
  }
  std::string get(const std::string& challenge, const std::string& handle = "") {
    const std::string client = client_data("webauthn.get", challenge);
    const Octets auth_data = data(false);
    const auto raw = common::base64url_decode(client).value();
    const Octets signature = sign(auth_data + common::sha256(common::text_of(raw)));
    return nlohmann::json{{"id", common::base64url_encode(bytes(id))},
                          {"clientDataJSON", client},
                          {"authenticatorData", common::base64url_encode(bytes(auth_data))},
                          {"signature", common::base64url_encode(bytes(signature))},
                          {"userHandle", handle}}
        .dump();
  }
  std::string client_data(const std::string& type, const std::string& challenge) const {
    return common::base64url_encode(common::bytes_of(
        nlohmann::json{{"type", type}, {"challenge", challenge}, {"origin", origin}}.dump()));
  }

  std::string rp_id = "waf.example";
  std::string origin = "https://waf.example";
  Octets id = "\x01\x02\x03\x04";
  int flags = 0x05;  // present, verified
  std::uint32_t counter = 0;

 private:
  common::EvpPkeyPtr key_;
};

const webauthn::Expectation expected{"waf.example", "https://waf.example", "Y2hhbGxlbmdl"};

common::Result<webauthn::NewCredential> registered(const std::string& sent) {
  return webauthn::verify_registration(webauthn::CredentialResponse::parse(sent).value(), expected);
}

TEST(Cbor, ReadsWhatAuthenticatorsSendAndNothingElse) {
  const auto refused = [](const Octets& text) { return !webauthn::parse_cbor(bytes(text)); };
  const auto map = webauthn::parse_cbor(bytes(Octets("\xa2\x01\x02\x20\x41x", 6)));
  ASSERT_TRUE(map);
  EXPECT_EQ(*webauthn::find(*map, std::int64_t{1})->integer(), 2);
  EXPECT_EQ(webauthn::find(*map, std::int64_t{-1})->bytes()->size(), 1U);
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("\x18\x01"));                              // not the shortest
  EXPECT_TRUE(refused("\xa2\x01\x02\x01\x02"));                  // key twice
  EXPECT_TRUE(refused("\x9f\x01\xff"));                          // indefinite
  EXPECT_TRUE(refused("\x5b\x7f\xff\xff\xff\xff\xff\xff\xff"));  // longer than all there is
  EXPECT_TRUE(refused("\x01\x01"));                              // something behind
  EXPECT_TRUE(refused("\x61\xff"));                              // not UTF-8
  EXPECT_TRUE(refused(Octets("\xc0\x01", 2)));                   // tag
  EXPECT_TRUE(refused(Octets("\xfb\0\0\0\0\0\0\0\0", 9)));       // floating point
  EXPECT_TRUE(refused(Octets(100, '\x81') + "\x01"));            // depth
}

TEST(Cbor, EveryCutIsRefused) {
  Authenticator one;
  const Octets whole = one.data(true);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(webauthn::parse_authenticator_data(bytes(whole).first(size))) << size;
  }
  EXPECT_TRUE(webauthn::parse_authenticator_data(bytes(whole)));
  EXPECT_FALSE(webauthn::parse_authenticator_data(bytes(whole + "x")));
}

TEST(WebAuthn, RegistersAndUsesAPasskey) {
  Authenticator one;
  const auto made = registered(one.create(expected.challenge));
  ASSERT_TRUE(made) << made.error().message();
  const auto use = webauthn::verify_assertion(
      webauthn::CredentialResponse::parse(one.get(expected.challenge)).value(),
      {made->public_key, made->sign_count}, expected);
  ASSERT_TRUE(use) << use.error().message();
  EXPECT_TRUE(use->user_verified);
}

TEST(WebAuthn, OtherOriginsRelyingPartiesAndCeremoniesAreRefused) {
  Authenticator elsewhere;
  elsewhere.origin = "https://waf.example.evil.example";
  EXPECT_FALSE(registered(elsewhere.create(expected.challenge)));
  Authenticator party;
  party.rp_id = "evil.example";
  EXPECT_FALSE(registered(party.create(expected.challenge)));
  Authenticator absent;
  absent.flags = 0;
  EXPECT_FALSE(registered(absent.create(expected.challenge)));
  Authenticator one;
  EXPECT_FALSE(registered(one.create("b3RoZXI")));
  EXPECT_FALSE(registered(one.get(expected.challenge)));
}

TEST(WebAuthn, AForeignSignatureAndACounterThatStandsStillAreRefused) {
  Authenticator one;
  Authenticator thief;
  const auto made = registered(one.create(expected.challenge)).value();
  const auto use = [&](Authenticator& by, std::uint32_t count) {
    return webauthn::verify_assertion(
        webauthn::CredentialResponse::parse(by.get(expected.challenge)).value(),
        {made.public_key, count}, expected);
  };
  EXPECT_FALSE(use(thief, 0));
  EXPECT_TRUE(use(one, 1));
  EXPECT_FALSE(use(one, 100));
}

class Passkeys : public test_support::ServerFixture {
 protected:
  std::string handle() { return common::base64url_encode(common::bytes_of(user.id)); }
  void add_passkey() {
    submit(get("/account"), "alice", "alice-demo");
    const auto page = get("/account");
    const std::string csrf = field(page.body, "csrf");
    const auto options =
        json_of(post("/account/passkey/options", {{"csrf", csrf}, {"request", ""}}));
    const auto done = post("/account/passkey",
                           {{"csrf", csrf}, {"credential", key.create(options["challenge"])}});
    EXPECT_THAT(done.body, HasSubstr("Recovery codes"));
    session.clear();
    remembered.clear();
  }
  std::string challenge_for(const HttpResponse& page, const std::string& path) {
    return json_of(post(path, {{"csrf", field(page.body, "csrf")},
                               {"request", field(page.body, "request")}}))["challenge"];
  }
  HttpResponse send_passkey(const HttpResponse& page, const std::string& path,
                            const std::string& credential) {
    return post(path, {{"csrf", field(page.body, "csrf")},
                       {"request", field(page.body, "request")},
                       {"credential", credential}});
  }

  Authenticator key;
};

TEST_F(Passkeys, A22_APasskeyAloneLogsInAsPhishingResistant) {
  add_passkey();
  const auto page = get("/authorize", with(request_fields(), "acr_values", "urn:acr:phr"));
  const auto answer = send_passkey(
      page, "/login/passkey", key.get(challenge_for(page, "/login/passkey/options"), handle()));
  EXPECT_FALSE(parameter(answer, "code").empty());
  const auto sessions = store.sessions_of_user("u-1");
  EXPECT_EQ(std::count_if(sessions.begin(), sessions.end(),
                          [](const Session& one) { return one.acr == "urn:acr:phr"; }),
            1);
}

TEST_F(Passkeys, A22_AChallengeWorksOnceAndOnlyInItsBrowser) {
  add_passkey();
  const auto page = get("/authorize", request_fields());
  const std::string credential = key.get(challenge_for(page, "/login/passkey/options"), handle());
  EXPECT_EQ(send_passkey(page, "/login/passkey", credential).status, 303U);
  EXPECT_EQ(send_passkey(page, "/login/passkey", credential).status, 400U);
  const std::string other = key.get(challenge_for(page, "/login/passkey/options"), handle());
  login.clear();
  session.clear();
  const auto fresh = get("/authorize", request_fields());
  EXPECT_EQ(send_passkey(fresh, "/login/passkey", other).status, 400U);
}

TEST_F(Passkeys, APasskeyThatDoesNotKnowItsUserIsNoLoginAlone) {
  add_passkey();
  key.flags = 0x01;
  const auto page = get("/authorize", request_fields());
  const auto answer = send_passkey(
      page, "/login/passkey", key.get(challenge_for(page, "/login/passkey/options"), handle()));
  EXPECT_EQ(answer.status, 400U);
}

TEST_F(Passkeys, E07_APasskeyIsASecondFactor) {
  add_passkey();
  const auto page = submit(get("/authorize", request_fields()), "alice", "alice-demo");
  EXPECT_THAT(page.body, HasSubstr("Confirm it is you"));
  const auto answer = send_passkey(page, "/login/code/passkey",
                                   key.get(challenge_for(page, "/login/code/passkey/options")));
  EXPECT_FALSE(parameter(answer, "code").empty());
}

}  // namespace
}  // namespace waf
