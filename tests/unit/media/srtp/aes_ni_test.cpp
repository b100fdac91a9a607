// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/aes_ni.hpp"

#include <gtest/gtest.h>

#include "common/encoding.hpp"
#include "media/srtp/openssl_ciphers.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/media/rtp_packets.hpp"

namespace media::srtp {
namespace {

using test::Bytes;

class AesNi : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_aes_ni()) GTEST_SKIP() << "this processor has no AES instructions";
  }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    random.fill(out);
    return out;
  }
  std::vector<std::uint8_t> key(std::size_t size) {
    std::vector<std::uint8_t> out(size);
    random.fill(std::as_writable_bytes(std::span(out)));
    return out;
  }

  test::SeededRandom random{5};
};

// The GCM specification of McGrew and Viega, appendix B, test case 4: a text and additional data
// that are no whole blocks.
TEST_F(AesNi, GcmTestCase4) {
  const auto secret = common::hex_decode("feffe9928665731c6d6a8f9467308308").value();
  const auto given_iv = common::hex_decode("cafebabefacedbaddecaf888").value();
  const auto aad = common::hex_decode("feedfacedeadbeeffeedfacedeadbeefabaddad2").value();
  Bytes text =
      common::hex_decode(
          "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0"
          "e2449a6b525b16aedf5aa0de657ba637b39")
          .value();
  const Bytes plain = text;
  const Bytes sealed =
      common::hex_decode(
          "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7"
          "d8f6a5aac84aa051ba30b396a0aac973d58e091")
          .value();
  AesNiGcm gcm(std::span(reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()));
  AesNiGcm::Iv iv{};
  std::copy(given_iv.begin(), given_iv.end(), iv.begin());
  Bytes tag(16);
  gcm.seal(iv, aad, text, tag.data());
  EXPECT_EQ(text, sealed);
  EXPECT_EQ(tag, common::hex_decode("5bc94fbc3221a5db94fae95ae7121a47").value());
  ASSERT_TRUE(gcm.open(iv, aad, text, tag.data()));
  EXPECT_EQ(text, plain);
}

TEST_F(AesNi, GcmAgreesWithOpensslForEveryLength) {
  for (const std::size_t key_size : {16U, 32U}) {
    for (std::size_t size = 0; size < 700; ++size) {
      const auto secret = key(key_size);
      AesNiGcm own(secret);
      OpensslGcm sealing(Direction::protect, secret);
      AesNiGcm::Iv iv{};
      random.fill(iv);
      const Bytes aad = bytes(size % 41);
      const Bytes plain = bytes(size);
      Bytes text = plain;
      Bytes tag(16);
      Bytes wanted = plain;
      Bytes wanted_tag(16);
      own.seal(iv, aad, text, tag.data());
      sealing.seal(iv, aad, wanted, wanted_tag.data());
      ASSERT_EQ(text, wanted) << size;
      ASSERT_EQ(tag, wanted_tag) << size;
      ASSERT_TRUE(own.open(iv, aad, text, tag.data())) << size;
      ASSERT_EQ(text, plain) << size;
    }
  }
}

TEST_F(AesNi, GcmNoticesEveryFlippedBit) {
  const auto secret = key(16);
  AesNiGcm gcm(secret);
  const AesNiGcm::Iv iv{};
  Bytes aad = bytes(13);
  Bytes text = bytes(150);
  Bytes tag(16);
  gcm.seal(iv, aad, text, tag.data());
  for (Bytes* part : {&aad, &text, &tag}) {
    for (std::size_t bit = 0; bit < part->size() * 8; ++bit) {
      const auto mask = static_cast<std::byte>(1U << bit % 8);
      (*part)[bit / 8] ^= mask;
      Bytes copy = text;
      ASSERT_FALSE(gcm.open(iv, aad, copy, tag.data())) << bit;
      (*part)[bit / 8] ^= mask;
    }
  }
}

TEST_F(AesNi, NothingBehindTheTextIsTouched) {
  const auto secret = key(16);
  AesNiGcm gcm(secret);
  AesNiCounter counter(secret);
  for (std::size_t size = 0; size < 300; ++size) {
    Bytes buffer = bytes(size + 64);
    const Bytes before = buffer;
    Bytes tag(16);
    gcm.seal({}, {}, std::span(buffer).first(size), tag.data());
    counter.crypt({}, std::span(buffer).first(size));
    ASSERT_TRUE(std::equal(before.begin() + static_cast<std::ptrdiff_t>(size), before.end(),
                           buffer.begin() + static_cast<std::ptrdiff_t>(size)));
  }
}

TEST_F(AesNi, CounterModeAgreesWithOpensslForEveryLength) {
  for (std::size_t size = 1; size < 700; ++size) {
    const auto secret = key(16);
    AesNiCounter own(secret);
    OpensslCounter other(secret);
    std::array<std::byte, 16> first{};
    random.fill(first);
    first[14] = first[15] = std::byte{};  // SRTP counts the last 16 bits from zero
    Bytes text = bytes(size);
    Bytes wanted = text;
    own.crypt(first, text);
    other.crypt(first, wanted);
    ASSERT_EQ(text, wanted) << size;
  }
}

}  // namespace
}  // namespace media::srtp
