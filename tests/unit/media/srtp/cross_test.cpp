// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/encoding.hpp"
#include "media/srtp/hmac_sha1.hpp"
#include "media/srtp/key_derivation.hpp"
#include "media/srtp/replay.hpp"
#include "media/srtp/transform.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::srtp {
namespace {

using test::Bytes;

MasterKey random_key(std::uint64_t seed) {
  test::SeededRandom random(seed);
  MasterKey key;
  random.fill(std::as_writable_bytes(std::span(key.key)));
  random.fill(std::as_writable_bytes(std::span(key.salt)));
  return key;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> from_hex(std::string_view text) {
  const auto bytes = common::hex_decode(text).value();
  std::array<std::uint8_t, Size> out{};
  std::transform(bytes.begin(), bytes.end(), out.begin(),
                 [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
  return out;
}

struct Side {
  DirectionState state;
  std::unique_ptr<Transform> transform;

  Side(Backend backend, Direction direction, Profile profile, const MasterKey& key)
      : transform(make_transform(backend, direction, profile, key, state)) {}

  Status rtp(Bytes& packet) { return run(packet, &Transform::rtp); }
  Status rtcp(Bytes& packet) { return run(packet, &Transform::rtcp); }

 private:
  Status run(Bytes& packet,
             Status (Transform::*process)(std::span<std::byte>, std::size_t&) noexcept) {
    std::size_t size = packet.size();
    packet.resize(size + max_trailer);
    const Status status = ((*transform).*process)(packet, size);
    packet.resize(size);
    return status;
  }
};

struct Case {
  Profile profile;
  Backend sender;
  Backend receiver;
};

class SrtpPairs : public testing::TestWithParam<Case> {
 protected:
  MasterKey key = random_key(7);
  Side sender{GetParam().sender, Direction::protect, GetParam().profile, key};
  Side receiver{GetParam().receiver, Direction::unprotect, GetParam().profile, key};
};

constexpr std::array all_backends{Backend::native, Backend::openssl, Backend::libsrtp};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Profile profile : all_profiles) {
    for (const Backend sender : all_backends) {
      for (const Backend receiver : all_backends) {
        cases.push_back({profile, sender, receiver});
      }
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, SrtpPairs, testing::ValuesIn(all_cases()), [](const auto& one) {
  const auto backend = [](Backend kind) {
    if (kind == Backend::native) return "native";
    return kind == Backend::openssl ? "openssl" : "libsrtp";
  };
  return std::string(name_of(one.param.profile)) + "_" + backend(one.param.sender) + "_" +
         backend(one.param.receiver);
});

TEST_P(SrtpPairs, C114_RTP08_RolloversAreFollowedFromSequence65500) {
  for (std::uint32_t i = 0; i < 2 * 65536 + 200; ++i) {
    const Bytes plain =
        test::rtp_packet(0x1234, static_cast<std::uint16_t>(65500 + i), i * 160, 0, 20);
    Bytes packet = plain;
    ASSERT_EQ(sender.rtp(packet), Status::ok) << i;
    ASSERT_EQ(packet.size(), plain.size() + rtp_tag_size(GetParam().profile));
    ASSERT_EQ(receiver.rtp(packet), Status::ok) << i;
    ASSERT_EQ(packet, plain);
  }
  EXPECT_EQ(receiver.state.streams[0].rtp_index >> 16U, 3U);
  EXPECT_EQ(sender.state.streams[0].rtp_index, receiver.state.streams[0].rtp_index);
}

TEST_P(SrtpPairs, C113_RTP08_ReplayedPacketIsRefused) {
  Bytes packet = test::rtp_packet(1, 10, 0);
  ASSERT_EQ(sender.rtp(packet), Status::ok);
  Bytes copy = packet;
  EXPECT_EQ(receiver.rtp(packet), Status::ok);
  EXPECT_EQ(receiver.rtp(copy), Status::replayed);
}

TEST_P(SrtpPairs, RTP08_ReorderedPacketsWithinTheWindowPassOnceAndOlderOnesNever) {
  std::vector<Bytes> packets;
  for (std::uint16_t i = 0; i < 200; ++i) {
    packets.push_back(test::rtp_packet(1, static_cast<std::uint16_t>(65450 + i), i));
    ASSERT_EQ(sender.rtp(packets.back()), Status::ok);
  }
  Bytes newest = packets[199];
  Bytes late = packets[199 - 127];
  Bytes late_again = late;
  Bytes too_late = packets[199 - 128];
  Bytes first = packets[0];
  ASSERT_EQ(receiver.rtp(first), Status::ok);
  ASSERT_EQ(receiver.rtp(newest), Status::ok);
  EXPECT_EQ(receiver.rtp(late), Status::ok);
  EXPECT_EQ(receiver.rtp(late_again), Status::replayed);
  EXPECT_EQ(receiver.rtp(too_late), Status::replayed);
}

TEST_P(SrtpPairs, RTP09_SenderNeverUsesAnIndexTwice) {
  Bytes packet = test::rtp_packet(1, 10, 0);
  Bytes other = test::rtp_packet(1, 10, 5);
  EXPECT_EQ(sender.rtp(packet), Status::ok);
  EXPECT_EQ(sender.rtp(other), Status::replayed);
}

TEST_P(SrtpPairs, RTP08_EveryFlippedBitIsNoticed) {
  Bytes packet = test::rtp_packet(1, 10, 0, 0, 8);
  ASSERT_EQ(sender.rtp(packet), Status::ok);
  for (std::size_t bit = 8; bit < packet.size() * 8; ++bit) {  // not the bits of length and version
    Bytes changed = packet;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_NE(receiver.rtp(changed), Status::ok) << bit;
  }
  EXPECT_EQ(receiver.rtp(packet), Status::ok);
}

TEST_P(SrtpPairs, RTP08_RtcpIsEncryptedAuthenticatedAndReplayProtected) {
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Bytes plain = test::sender_report(1, i, 2, i);
    Bytes packet = plain;
    ASSERT_EQ(sender.rtcp(packet), Status::ok);
    ASSERT_EQ(packet.size(), plain.size() + rtcp_tag_size(GetParam().profile) + 4);
    ASSERT_NE(Bytes(packet.begin() + 8, packet.begin() + 52),
              Bytes(plain.begin() + 8, plain.end()));
    Bytes copy = packet;
    Bytes changed = packet;
    changed[20] ^= std::byte{1};
    EXPECT_EQ(receiver.rtcp(changed), Status::unauthenticated);
    ASSERT_EQ(receiver.rtcp(packet), Status::ok);
    ASSERT_EQ(packet, plain);
    EXPECT_EQ(receiver.rtcp(copy), Status::replayed);
  }
}

TEST_P(SrtpPairs, RTP08_RtcpWithoutEncryptionBitIsRefused) {
  Bytes packet = test::sender_report(1, 0, 2, 0);
  ASSERT_EQ(sender.rtcp(packet), Status::ok);
  const std::size_t word = is_aead(GetParam().profile) ? packet.size() - 4 : packet.size() - 14;
  packet[word] &= std::byte{0x7f};
  EXPECT_EQ(receiver.rtcp(packet), Status::unencrypted);
}

TEST_P(SrtpPairs, RTP07_StreamsOfOneKeyAreIndependent) {
  for (std::uint32_t ssrc = 1; ssrc <= DirectionState::max_streams; ++ssrc) {
    for (const auto sequence : std::initializer_list<std::uint16_t>{65535, 0, 1}) {
      const Bytes plain = test::rtp_packet(ssrc, sequence, 0);
      Bytes packet = plain;
      ASSERT_EQ(sender.rtp(packet), Status::ok);
      ASSERT_EQ(receiver.rtp(packet), Status::ok);
      ASSERT_EQ(packet, plain);
    }
  }
  Bytes one_more = test::rtp_packet(99, 1, 0);
  EXPECT_EQ(sender.rtp(one_more), Status::too_many_streams);
}

TEST_P(SrtpPairs, RTP08_ExtensionAndCsrcStayReadable) {
  Bytes plain = test::rtp_packet(1, 5, 0, 0, 40);
  plain[0] = std::byte{0x91};  // extension, one CSRC
  media::store16(plain, 16, 0xbede);
  media::store16(plain, 18, 1);
  Bytes packet = plain;
  ASSERT_EQ(sender.rtp(packet), Status::ok);
  EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + 24, packet.begin()));
  ASSERT_EQ(receiver.rtp(packet), Status::ok);
  EXPECT_EQ(packet, plain);
}

TEST_P(SrtpPairs, RTP08_RandomLossReorderingAndDuplicationPassEachPacketOnce) {
  test::SeededRandom random(99);
  std::deque<std::pair<std::size_t, Bytes>> network;
  std::vector<int> delivered(5000);
  std::uint16_t sequence = 60'000;
  for (std::size_t i = 0; i < delivered.size(); ++i) {
    Bytes packet = test::rtp_packet(1, sequence++, 0, 0, 4);
    ASSERT_EQ(sender.rtp(packet), Status::ok);
    if (random.u32() % 10 != 0) network.emplace_back(i, packet);
    if (random.u32() % 20 == 0) network.emplace_back(i, packet);
    while (network.size() > 12) {
      auto chosen = network.begin() + random.u32() % 8;
      if (receiver.rtp(chosen->second) == Status::ok) ++delivered[chosen->first];
      network.erase(chosen);
    }
  }
  EXPECT_THAT(delivered, testing::Each(testing::Le(1)));
  EXPECT_GT(std::accumulate(delivered.begin(), delivered.end(), 0), 4300);
}

TEST(SrtpState, RTP08_TransformGoesOnWithAnothersState) {
  for (const Backend before : all_backends) {
    for (const Profile profile : all_profiles) {
      const MasterKey key = random_key(3);
      Side sender(before, Direction::protect, profile, key);
      Side receiver(before, Direction::unprotect, profile, key);
      Bytes old;
      for (std::uint32_t i = 0; i < 70'000; ++i) {
        Bytes packet = test::rtp_packet(1, static_cast<std::uint16_t>(i), 0, 0, 4);
        ASSERT_EQ(sender.rtp(packet), Status::ok);
        old = packet;
        ASSERT_EQ(receiver.rtp(packet), Status::ok);
      }
      Bytes report = test::sender_report(1, 0, 2, 0);
      ASSERT_EQ(sender.rtcp(report), Status::ok);
      ASSERT_EQ(receiver.rtcp(report), Status::ok);
      sender.transform = make_transform(before, Direction::protect, profile, key, sender.state);
      receiver.transform =
          make_transform(before, Direction::unprotect, profile, key, receiver.state);
      EXPECT_EQ(receiver.rtp(old), Status::replayed);
      Bytes next = test::rtp_packet(1, static_cast<std::uint16_t>(70'000), 0, 0, 4);
      ASSERT_EQ(sender.rtp(next), Status::ok);
      EXPECT_EQ(receiver.rtp(next), Status::ok);
      Bytes next_report = test::sender_report(1, 0, 2, 0);
      ASSERT_EQ(sender.rtcp(next_report), Status::ok);
      EXPECT_EQ(receiver.rtcp(next_report), Status::ok);
      EXPECT_EQ(sender.state.streams[0].rtcp_index, receiver.state.streams[0].rtcp_index);
    }
  }
}

TEST(SrtpVectors, RFC3711_B3_KeyDerivation) {
  MasterKey master;
  const auto key = from_hex<16>("e1f97a0d3e018be0d64fa32c06de4139");
  std::copy(key.begin(), key.end(), master.key.begin());
  master.salt = from_hex<14>("0ec675ad498afeebb6960b3aabe6");
  const SessionKeys keys = derive_keys(Profile::aes128_cm_sha1_80, master, Protocol::rtp);
  const auto cipher = from_hex<16>("c61e7a93744f39ee10734afe3ff7a087");
  EXPECT_TRUE(std::equal(cipher.begin(), cipher.end(), keys.cipher.begin()));
  EXPECT_EQ(keys.salt, from_hex<14>("30cbbc08863d8c85d49db34a9ae1"));
  EXPECT_EQ(keys.auth, from_hex<20>("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
}

TEST(SrtpVectors, RFC2202_HmacSha1) {
  const std::vector<std::uint8_t> key(20, 0x0b);
  const HmacSha1 hmac(key);
  EXPECT_EQ(hmac.sign(common::bytes_of("Hi There"), {}),
            (from_hex<20>("b617318655057264e28bc0b6fb378c8ef146be00")));
  EXPECT_EQ(hmac.sign(common::bytes_of("Hi T"), common::bytes_of("here")),
            (from_hex<20>("b617318655057264e28bc0b6fb378c8ef146be00")));
}

TEST(SrtpRoom, ProtectRefusesABufferWithoutRoomForTheTag) {
  Side sender(Backend::native, Direction::protect, Profile::aead_aes_128_gcm, random_key(1));
  Bytes packet = test::rtp_packet(1, 1, 1);
  std::size_t size = packet.size();
  EXPECT_EQ(sender.transform->rtp(packet, size), Status::no_room);
  EXPECT_EQ(size, packet.size());
}

TEST(SrtpRoom, RTP19_ShortAndMalformedPacketsAreRefusedBeforeDecryption) {
  Side receiver(Backend::native, Direction::unprotect, Profile::aes128_cm_sha1_80, random_key(1));
  for (std::size_t size = 0; size < 22; ++size) {
    Bytes packet = test::rtp_packet(1, 1, 1);
    packet.resize(size);
    EXPECT_EQ(receiver.rtp(packet), Status::malformed) << size;
    EXPECT_EQ(receiver.rtcp(packet), Status::malformed) << size;
  }
}

}  // namespace
}  // namespace media::srtp
