// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ims-interface/phone/phone_bench.hpp"

namespace test {
namespace {

using ims::Event;
using ims::Transport;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(PhoneRegister, B19_B22_TlsAsksForDigestFirstAndBearerLast) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  const auto& challenges = bench.last_to_wic();
  std::vector<std::string> values;
  for (const auto& header : challenges.headers()) {
    if (header.name == "WWW-Authenticate") values.push_back(header.value);
  }
  ASSERT_EQ(values.size(), 3U);
  EXPECT_THAT(values[0], HasSubstr("algorithm=SHA-256, qop=\"auth\""));
  EXPECT_THAT(values[1], HasSubstr("algorithm=MD5, qop=\"auth\""));
  EXPECT_THAT(values[2], StartsWith("Bearer realm=\"ims.example\", authz_server="));
  EXPECT_THAT(values[2], HasSubstr("scope=\"sip.register\""));
  EXPECT_THAT(values[2], Not(HasSubstr("error")));  // B05
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, B02_WebClientsAreAskedForABearerTokenAlone) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open();
  bench.send(flow, bench.register_text("alice", ""));
  EXPECT_THAT(std::string(bench.last_to_wic().value("WWW-Authenticate")), StartsWith("Bearer "));
  EXPECT_EQ(bench.last_to_wic().values("WWW-Authenticate").size(), 3U);  // realm, server, scope
}

TEST(PhoneRegister, Attack67_UdpByDefaultAsksForNothingAndRefuses) {
  for (const Transport transport : {Transport::udp, Transport::tcp}) {
    PhoneBench bench(transport);
    const auto flow = bench.open_phone();
    bench.send(flow, bench.phone_register("alice"));
    EXPECT_EQ(bench.last_to_wic().status(), 403);
    EXPECT_FALSE(bench.last_to_wic().has("WWW-Authenticate"));
    EXPECT_THAT(std::string(bench.last_to_wic().value("Warning")), HasSubstr("TLS"));
    EXPECT_TRUE(bench.to_core.empty());
  }
}

TEST(PhoneRegister, Attack27_B18_ATokenInTheClearIsRefusedAndRevoked) {
  for (const Transport transport : {Transport::udp, Transport::tcp}) {
    PhoneBench bench(transport);
    const auto flow = bench.open_phone();
    bench.send(flow, bench.phone_register("alice", "Authorization: Bearer token-alice\r\n"));
    EXPECT_EQ(bench.last_to_wic().status(), 403);
    EXPECT_TRUE(bench.last_to_wic().has("Warning"));
    ASSERT_EQ(bench.revoked.size(), 1U);
    EXPECT_EQ(bench.revoked.front().token, "token-alice");
    EXPECT_EQ(bench.verifier.checks, 0U);
    EXPECT_TRUE(bench.to_core.empty());
  }
}

TEST(PhoneRegister, B08_ATokenOverTlsRegisters) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow,
             bench.phone_register("alice", "Authorization: bearer token-alice, realm=\"x\"\r\n"));
  bench.core_accepts_register();
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("token-alice")));
}

TEST(PhoneRegister, C05_ACodeAsDigestPasswordIsExchangedAndRegistersUnderTrust) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice")));
  EXPECT_TRUE(bench.to_core.empty());  // nothing before the WAF has said yes
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  const ims::CodeProof& proof = bench.codes.asked.front().second;
  EXPECT_EQ(proof.mode, ims::CodeProof::Mode::digest);
  EXPECT_EQ(proof.username, "alice");
  EXPECT_EQ(proof.realm, "ims.example");
  EXPECT_EQ(proof.algorithm, "SHA-256");
  EXPECT_EQ(proof.method, "REGISTER");
  EXPECT_EQ(proof.model, "Desk 3");
  EXPECT_THAT(proof.device, StartsWith("contact:"));
  bench.waf_accepts("alice");
  ASSERT_EQ(bench.to_core.size(), 1U);
  EXPECT_THAT(std::string(bench.last_to_core().value("Authorization")),
              HasSubstr("integrity-protected=\"auth-done\""));
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("0a4f113b")));
  bench.core_accepts_register();
  EXPECT_EQ(bench.last_to_wic().status(), 200);
  EXPECT_TRUE(bench.happened(Event::Kind::registered));
}

TEST(PhoneRegister, C06_ACodeInTheBodyIsExchangedAndNeverReachesTheCore) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice", "", 600,
                                        "grant_type=authorization_code&code=0194507302"));
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  EXPECT_EQ(bench.codes.asked.front().second.code, "0194507302");
  EXPECT_EQ(bench.codes.asked.front().second.username, "alice");
  bench.waf_accepts("alice");
  EXPECT_THAT(bench.last_to_core().print(), Not(HasSubstr("0194507302")));
  bench.core_accepts_register();
  EXPECT_EQ(bench.last_to_wic().status(), 200);
}

TEST(PhoneRegister, C06_OtherBodiesAreMalformed) {
  for (const char* body :
       {"grant_type=authorization_code&code=12a4567890", "grant_type=password&code=0194507302",
        "grant_type=authorization_code&code=1&code=2", "code=0194507302",
        "grant_type=authorization_code&code=0194507302&x=1", "nonsense"}) {
    PhoneBench bench(Transport::tls);
    const auto flow = bench.open_phone();
    bench.send(flow, bench.phone_register("alice", "", 600, body));
    EXPECT_EQ(bench.last_to_wic().status(), 400) << body;
    EXPECT_TRUE(bench.codes.asked.empty());
  }
}

TEST(PhoneRegister, Attack69_ABodyCodeOverTcpIsForbidden) {
  PhoneBench bench(Transport::tcp);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice", "", 600,
                                        "grant_type=authorization_code&code=0194507302"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.codes.asked.empty());
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, C10_CodesInTheClearOnlyFromNamedNetworksAndLongEnough) {
  PhoneBench bench(Transport::udp);
  bench.access.digest = {ims::DigestAlgorithm::sha256};
  bench.access.body_codes = true;
  bench.access.least_code_digits = 12;
  bench.access.code_networks = {*common::IpPrefix::parse("198.51.100.0/24")};
  const auto inside = bench.open_phone("198.51.100.20:5060");
  bench.send(inside, bench.phone_register("alice"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  bench.send(inside, bench.phone_register("alice", "", 600,
                                          "grant_type=authorization_code&code=0194507302"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  bench.send(inside, bench.phone_register("alice", bench.digest("alice")));
  const auto outside = bench.open_phone("203.0.113.20:5060");
  bench.send(outside, bench.phone_register("alice"));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
}

TEST(PhoneRegister, C10_InTheClearTheCredentialBelongsToTheSourceAddress) {
  PhoneBench bench(Transport::udp);
  bench.access.digest = {ims::DigestAlgorithm::md5};
  bench.access.code_networks = {*common::IpPrefix::parse("198.51.100.0/24")};
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice", "MD5")));
  ASSERT_EQ(bench.codes.asked.size(), 1U);
  EXPECT_THAT(bench.codes.asked.front().second.device, testing::EndsWith("@198.51.100.20"));
}

TEST(PhoneRegister, C07_ARefusedCodeIsAskedForAgainAndThenTheConnectionEnds) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_TRUE(bench.closed.empty());
    bench.send(flow, bench.phone_register("alice", bench.digest("alice")));
    bench.waf_refuses();
    EXPECT_EQ(bench.last_to_wic().status(), 401);
    EXPECT_TRUE(bench.last_to_wic().has("WWW-Authenticate"));
  }
  EXPECT_EQ(bench.closed.size(), 1U);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, Attack65_AReplayedCountIsStaleAndNotCounted) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  const std::string answer = bench.digest("alice");
  bench.send(flow, bench.phone_register("alice", answer));
  bench.waf_refuses();
  bench.send(flow, bench.phone_register("alice", answer));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_THAT(std::string(bench.last_to_wic().value("WWW-Authenticate")), HasSubstr("stale=true"));
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST(PhoneRegister, Attack65_AnExpiredNonceIsStale) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.registered_phone();
  bench.send(flow, bench.phone_register("alice"));
  const std::string answer = bench.digest("alice");
  bench.advance(std::chrono::seconds(61));
  bench.send(flow, bench.phone_register("alice", answer));
  EXPECT_THAT(std::string(bench.last_to_wic().value("WWW-Authenticate")), HasSubstr("stale=true"));
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST(PhoneRegister, Attack65_ANonceOfAnotherAddressIsStale) {
  PhoneBench bench(Transport::tls);
  const auto victim = bench.open_phone("198.51.100.20:5060");
  bench.send(victim, bench.phone_register("alice"));
  const std::string captured = bench.digest("alice");
  const auto thief = bench.open_phone("203.0.113.66:5060");
  bench.send(thief, bench.phone_register("alice", captured));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_THAT(std::string(bench.last_to_wic().value("WWW-Authenticate")), HasSubstr("stale=true"));
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST(PhoneRegister, Attack68_Md5WhereOnlySha256IsOfferedIsRefused) {
  PhoneBench bench(Transport::tls);
  bench.access.digest = {ims::DigestAlgorithm::sha256};
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice", "MD5")));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST(PhoneRegister, Attack70_AUsernameThatIsNotTheAddressOfRecordIsForbidden) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("carol")));
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.codes.asked.empty());
}

TEST(PhoneRegister, Attack70_TokensOfAnotherUserDoNotRegisterThisOne) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice")));
  bench.waf_accepts("carol");
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, B20_BasicIsNoAnswer) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice", "Authorization: Basic YWxpY2U6MDE5\r\n"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, B20_DigestWithoutQopIsMalformed) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  std::string answer = bench.digest("alice");
  answer.replace(answer.find("qop=auth, "), 10, "");
  bench.send(flow, bench.phone_register("alice", answer));
  EXPECT_EQ(bench.last_to_wic().status(), 400);
}

TEST(PhoneRegister, Attack93_AnotherCertificateThanTheTokensIsRefused) {
  PhoneBench bench(Transport::tls);
  bench.verifier.tokens["bound"] = bench.identity("alice");
  bench.verifier.tokens["bound"].certificate = "thumbprint-of-alice";
  const auto thief = bench.open_phone("203.0.113.66:5060", "thumbprint-of-mallory");
  bench.send(thief, bench.phone_register("alice", "Authorization: Bearer bound\r\n"));
  EXPECT_EQ(bench.last_to_wic().status(), 401);
  EXPECT_TRUE(bench.to_core.empty());
  const auto owner = bench.open_phone("198.51.100.20:5060", "thumbprint-of-alice");
  bench.send(owner, bench.phone_register("alice", "Authorization: Bearer bound\r\n"));
  EXPECT_EQ(bench.to_core.size(), 1U);
}

TEST(PhoneRegister, Attack77_78_79_ForeignAddressesOfRecordAndInstances) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  std::string other_to = bench.phone_register("alice", "Authorization: Bearer token-alice\r\n");
  other_to.replace(other_to.find("To: <sip:alice"), 14, "To: <sip:carol");
  bench.send(flow, other_to);
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  std::string everything = bench.phone_register("carol",
                                                "Authorization: Bearer token-alice\r\n"
                                                "Expires: 0\r\n");
  const auto contact = everything.find("Contact: ");
  everything.replace(contact, everything.find("\r\n", contact) - contact, "Contact: *");
  bench.send(flow, everything);
  EXPECT_EQ(bench.last_to_wic().status(), 403);
  EXPECT_TRUE(bench.to_core.empty());
}

TEST(PhoneRegister, C11_ATokenThatEndsTakesItsRegistrationAlong) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.registered_phone();
  bench.forget_traffic();
  EXPECT_EQ(bench.proxy.revoke(bench.now, {ims::Revocation::Kind::credential, "c1", "ended"}), 1U);
  bench.drain();
  ASSERT_FALSE(bench.to_core.empty());
  EXPECT_THAT(bench.last_to_core().print(), HasSubstr("expires=0"));
  EXPECT_EQ(bench.closed.size(), 1U);
  static_cast<void>(flow);
}

TEST(PhoneRegister, C11_RenewedTokensAreTheRegistrationsFromThenOn) {
  PhoneBench bench(Transport::tls);
  static_cast<void>(bench.registered_phone());
  ims::Identity renewed = bench.phone_identity("alice", "c1");
  renewed.jti = "j-new";
  bench.proxy.renew(bench.now, renewed);
  EXPECT_EQ(bench.proxy.revoke(bench.now, {ims::Revocation::Kind::jti, "j-alice", ""}), 0U);
  EXPECT_EQ(bench.proxy.revoke(bench.now, {ims::Revocation::Kind::jti, "j-new", ""}), 1U);
}

TEST(PhoneRegister, R06_TheBindingNeverOutlivesTheToken) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice"), 7200));
  bench.waf_accepts("alice");
  EXPECT_THAT(std::string(bench.last_to_core().value("Contact")), HasSubstr("expires=1770"));
}

TEST(PhoneRegister, WithoutAWafTheAnswerIsTryLater) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  bench.send(flow, bench.phone_register("alice", bench.digest("alice")));
  bench.waf_refuses(ims::TokenFailure::unavailable);
  EXPECT_EQ(bench.last_to_wic().status(), 503);
  EXPECT_TRUE(bench.last_to_wic().has("Retry-After"));
}

TEST(PhoneRegister, RFC3581_ResponsesNameTheSource) {
  PhoneBench bench(Transport::tls);
  const auto flow = bench.open_phone();
  bench.send(flow, bench.phone_register("alice"));
  const std::string via(bench.last_to_wic().value("Via"));
  EXPECT_THAT(via, HasSubstr("received=198.51.100.20"));
  EXPECT_THAT(via, HasSubstr("rport=5060"));
}

}  // namespace
}  // namespace test
