// SPDX-License-Identifier: Apache-2.0
#include "media/dtls/association.hpp"

#include <deque>
#include <thread>

#include <gtest/gtest.h>

#include "media/errc.hpp"
#include "tests/support/seeded_random.hpp"

namespace media::dtls {
namespace {

using namespace std::chrono_literals;

Certificate make_certificate(std::uint64_t serial) {
  return Certificate::self_signed(common::system_time(1'800'000'000), serial).value();
}

/// Two associations over a link that loses, repeats and reorders by a seeded die. OpenSSL's
/// retransmission timer runs by the real clock, so this test does too, with timers of 10 ms.
class Handshake : public testing::Test {
 protected:
  Certificate one = make_certificate(1);
  Certificate two = make_certificate(2);
  ContextConfig config{.retransmit = 10ms, .retransmit_max = 40ms, .handshake_timeout = 10s};
  std::uint32_t loss_percent = 0;
  test::SeededRandom random{5};

  void deliver(Association& from, Association& to, std::deque<std::vector<std::byte>>& link) {
    while (auto datagram = from.poll_transmit()) {
      if (random.u32() % 100 < loss_percent) continue;
      if (loss_percent > 0 && random.u32() % 4 == 0) link.push_back(*datagram);
      link.push_back(std::move(*datagram));
      if (loss_percent > 0 && link.size() > 1 && random.u32() % 4 == 0) {
        std::swap(link.back(), link.front());
      }
    }
    while (!link.empty()) {
      to.handle_packet(common::SteadyClock::now(), link.front());
      link.pop_front();
    }
  }

  void run(Association& client, Association& server) {
    std::deque<std::vector<std::byte>> to_server;
    std::deque<std::vector<std::byte>> to_client;
    client.start(common::SteadyClock::now());
    server.start(common::SteadyClock::now());
    const auto end = common::SteadyClock::now() + 10s;
    const auto busy = [](const Association& one_side) {
      return one_side.state() == Association::State::handshaking;
    };
    while ((busy(client) || busy(server)) && common::SteadyClock::now() < end) {
      deliver(client, server, to_server);
      deliver(server, client, to_client);
      if (client.state() == Association::State::failed) break;
      std::this_thread::sleep_for(1ms);
      client.handle_timeout(common::SteadyClock::now());
      server.handle_timeout(common::SteadyClock::now());
    }
    deliver(client, server, to_server);
    deliver(server, client, to_client);
  }

  static void expect_same_keys(const Association& client, const Association& server) {
    ASSERT_NE(client.keys(), nullptr);
    ASSERT_NE(server.keys(), nullptr);
    EXPECT_EQ(client.keys()->profile, server.keys()->profile);
    EXPECT_EQ(client.keys()->local.key, server.keys()->remote.key);
    EXPECT_EQ(client.keys()->local.salt, server.keys()->remote.salt);
    EXPECT_EQ(client.keys()->remote.key, server.keys()->local.key);
    EXPECT_NE(client.keys()->local.key, client.keys()->remote.key);
  }
};

TEST_F(Handshake, RTP06_RTP07_BothRolesGetTheSameKeys) {
  const Context a(one, config);
  const Context b(two, config);
  Association client(a, DtlsRole::client, {two.fingerprint()});
  Association server(b, DtlsRole::server, {one.fingerprint()});
  run(client, server);
  expect_same_keys(client, server);
  EXPECT_EQ(server.keys()->profile, srtp::Profile::aead_aes_128_gcm);
}

TEST_F(Handshake, RTP06_EveryProfileAloneIsNegotiated) {
  for (const srtp::Profile profile : srtp::all_profiles) {
    ContextConfig only = config;
    only.profiles = {profile};
    const Context a(one, only);
    const Context b(two, config);
    Association client(a, DtlsRole::client, {two.fingerprint()});
    Association server(b, DtlsRole::server, {one.fingerprint()});
    run(client, server);
    expect_same_keys(client, server);
    EXPECT_EQ(server.keys()->profile, profile);
  }
}

TEST_F(Handshake, RTP06_NoCommonProfileFailsWithoutKeys) {
  ContextConfig gcm = config;
  gcm.profiles = {srtp::Profile::aead_aes_256_gcm};
  ContextConfig cm = config;
  cm.profiles = {srtp::Profile::aes128_cm_sha1_80};
  const Context a(one, gcm);
  const Context b(two, cm);
  Association client(a, DtlsRole::client, {two.fingerprint()});
  Association server(b, DtlsRole::server, {one.fingerprint()});
  run(client, server);
  EXPECT_EQ(client.keys(), nullptr);
  EXPECT_EQ(server.keys(), nullptr);
  ASSERT_NE(server.error(), nullptr);
  EXPECT_EQ(*server.error(), Errc::no_srtp_profile);
}

TEST_F(Handshake, SEC12_WrongFingerprintFailsEitherRoleWithoutKeys) {
  const Context a(one, config);
  const Context b(two, config);
  {
    Association client(a, DtlsRole::client, {one.fingerprint()});
    Association server(b, DtlsRole::server, {one.fingerprint()});
    run(client, server);
    ASSERT_NE(client.error(), nullptr);
    EXPECT_EQ(*client.error(), Errc::fingerprint_mismatch);
    EXPECT_EQ(client.keys(), nullptr);
    EXPECT_EQ(server.keys(), nullptr);
  }
  Association client(a, DtlsRole::client, {two.fingerprint()});
  Association server(b, DtlsRole::server, {two.fingerprint()});
  run(client, server);
  ASSERT_NE(server.error(), nullptr);
  EXPECT_EQ(*server.error(), Errc::fingerprint_mismatch);
  EXPECT_EQ(server.keys(), nullptr);
}

TEST_F(Handshake, SEC12_OneOfSeveralFingerprintsIsEnough) {
  const Context a(one, config);
  const Context b(two, config);
  const Fingerprint strong{"SHA-512", certificate_hash(*two.x509(), "sha-512")};
  const Fingerprint wrong{"sha-256", one.fingerprint().value};
  Association client(a, DtlsRole::client, {wrong, strong});
  Association server(b, DtlsRole::server, {one.fingerprint()});
  run(client, server);
  expect_same_keys(client, server);
}

TEST_F(Handshake, SEC12_WeakHashNeverMatches) {
  EXPECT_FALSE(is_accepted_hash("sha-1"));
  EXPECT_TRUE(certificate_hash(*one.x509(), "md5").empty());
}

TEST_F(Handshake, RTP06_LossReorderingAndRepetitionOnlyDelay) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    random = test::SeededRandom(seed);
    loss_percent = 25;
    const Context a(one, config);
    const Context b(two, config);
    Association client(a, DtlsRole::client, {two.fingerprint()});
    Association server(b, DtlsRole::server, {one.fingerprint()});
    run(client, server);
    expect_same_keys(client, server);
  }
}

TEST_F(Handshake, HandshakeEndsAtItsTimeOut) {
  const Context a(one, config);
  Association client(a, DtlsRole::client, {two.fingerprint()});
  const auto now = common::SteadyClock::now();
  client.start(now);
  client.handle_timeout(now + 11s);
  ASSERT_NE(client.error(), nullptr);
  EXPECT_EQ(*client.error(), Errc::handshake_failed);
}

TEST_F(Handshake, GarbageDoesNotEndAHandshake) {
  const Context a(one, config);
  const Context b(two, config);
  Association client(a, DtlsRole::client, {two.fingerprint()});
  Association server(b, DtlsRole::server, {one.fingerprint()});
  server.start(common::SteadyClock::now());
  for (std::size_t size = 1; size < 200; ++size) {
    std::vector<std::byte> garbage(size);
    random.fill(garbage);
    garbage[0] = std::byte{22};
    server.handle_packet(common::SteadyClock::now(), garbage);
    ASSERT_EQ(server.error(), nullptr) << size << server.error()->message();
  }
  run(client, server);
  expect_same_keys(client, server);
}

TEST(Certificate, SurvivesPemAndRefusesForeignKey) {
  const Certificate made = make_certificate(9);
  const auto again = Certificate::from_pem(made.certificate_pem(), made.private_key_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->fingerprint(), made.fingerprint());
  EXPECT_EQ(made.fingerprint().value.size(), 95U);
  const auto mixed =
      Certificate::from_pem(made.certificate_pem(), make_certificate(8).private_key_pem());
  ASSERT_FALSE(mixed);
  EXPECT_EQ(mixed.error(), Errc::certificate_unusable);
}

}  // namespace
}  // namespace media::dtls
