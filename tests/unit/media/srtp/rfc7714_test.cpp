// SPDX-License-Identifier: Apache-2.0
// The packets of RFC 7714 sections 16 and 17, whose keys are session keys.
#include <algorithm>

#include <gtest/gtest.h>

#include "common/encoding.hpp"
#include "media/srtp/aes_ni.hpp"
#include "media/srtp/gcm_suite.hpp"
#include "media/srtp/openssl_ciphers.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::srtp {
namespace {

using test::Bytes;

Bytes from_hex(std::string_view text) {
  const auto bytes = common::hex_decode(text).value();
  return {bytes.begin(), bytes.end()};
}

SessionKeys session_keys(std::size_t size) {
  SessionKeys keys;
  for (std::size_t i = 0; i < size; ++i) keys.cipher[i] = static_cast<std::uint8_t>(i);
  constexpr std::string_view salt = "Quid pro quo";
  std::copy(salt.begin(), salt.end(), keys.salt.begin());
  return keys;
}

struct Vector {
  Profile profile;
  std::string_view rtp;
  std::string_view rtcp;
};

constexpr std::string_view plain_rtp =
    "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e20706172746573"
    "2074726573";
constexpr std::string_view plain_rtcp =
    "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefde"
    "adbeefdeadbeef";

class Rfc7714 : public testing::TestWithParam<Vector> {
 protected:
  template <class Cipher>
  GcmSuite<Cipher> suite(Direction direction) {
    const SessionKeys keys = session_keys(key_size(GetParam().profile));
    return GcmSuite<Cipher>(direction, GetParam().profile, keys, keys);
  }

  /// `seal` and `open` take a packet and tell its new size.
  static void check(std::string_view plain_text, std::string_view sealed_text, const auto& seal,
                    const auto& open) {
    const Bytes plain = from_hex(plain_text);
    const Bytes sealed = from_hex(sealed_text);
    Bytes packet = plain;
    packet.resize(sealed.size());
    ASSERT_EQ(seal(packet, plain.size()), sealed.size());
    EXPECT_EQ(packet, sealed);
    ASSERT_EQ(open(packet), plain.size());
    packet.resize(plain.size());
    EXPECT_EQ(packet, plain);
  }

  template <class Cipher>
  void check_rtp() {
    auto sealing = suite<Cipher>(Direction::protect);
    auto opening = suite<Cipher>(Direction::unprotect);
    check(
        plain_rtp, GetParam().rtp,
        [&](Bytes& packet, std::size_t size) {
          return sealing.seal_rtp(packet, 12, size, 0x5501a0b2, 0xf17b);
        },
        [&](Bytes& packet) { return opening.open_rtp(packet, 12, 0x5501a0b2, 0xf17b); });
  }

  template <class Cipher>
  void check_rtcp() {
    auto sealing = suite<Cipher>(Direction::protect);
    auto opening = suite<Cipher>(Direction::unprotect);
    check(
        plain_rtcp, GetParam().rtcp,
        [&](Bytes& packet, std::size_t size) {
          return sealing.seal_rtcp(packet, size, 0x4d617273, 0x5d4);
        },
        [&](Bytes& packet) { return opening.open_rtcp(packet, 0x4d617273, 0x5d4); });
  }
};

INSTANTIATE_TEST_SUITE_P(
    Sections, Rfc7714,
    testing::Values(
        Vector{
            Profile::aead_aes_128_gcm,
            "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7"
            "d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
            "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce0"
            "9b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"},
        Vector{
            Profile::aead_aes_256_gcm,
            "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ff"
            "ae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13",
            "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415"
            "f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4"}),
    [](const auto& one) { return std::string(name_of(one.param.profile)); });

TEST_P(Rfc7714, RTP06_SrtpPacketIsSealedAndOpened) {
  check_rtp<OpensslGcm>();
  if (has_aes_ni()) check_rtp<AesNiGcm>();
}

TEST_P(Rfc7714, RTP06_SrtcpPacketIsSealedAndOpened) {
  check_rtcp<OpensslGcm>();
  if (has_aes_ni()) check_rtcp<AesNiGcm>();
}

}  // namespace
}  // namespace media::srtp
