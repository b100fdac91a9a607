// SPDX-License-Identifier: Apache-2.0
#include "media/codec/amr_payload.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace media::codec {
namespace {

std::vector<std::byte> octets(std::initializer_list<unsigned> values) {
  std::vector<std::byte> out;
  for (const unsigned value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

AmrFrame frame(AmrBand band, std::uint8_t type, std::mt19937& random) {
  AmrFrame out;
  out.type = type;
  const std::size_t bits = *amr_frame_bits(band, type);
  for (std::size_t i = 0; i < (bits + 7) / 8; ++i) out.bits[i] = static_cast<std::byte>(random());
  const std::size_t used = bits % 8;
  if (used != 0) out.bits[bits / 8] &= static_cast<std::byte>(0xff00U >> used);
  return out;
}

TEST(AmrPayload, KeepsEveryFrameTypeInBothFormats) {
  std::mt19937 random(1);
  for (const AmrBand band : {AmrBand::narrow, AmrBand::wide}) {
    for (const bool aligned : {false, true}) {
      for (std::uint8_t type = 0; type <= amr_sid(band); ++type) {
        for (std::size_t count = 1; count <= max_amr_frames; ++count) {
          std::vector<AmrFrame> frames;
          for (std::size_t i = 0; i < count; ++i) frames.push_back(frame(band, type, random));
          frames.back().good = false;
          std::array<std::byte, 512> buffer;
          const std::size_t size = write_amr(band, aligned, 3, frames, buffer);
          ASSERT_GT(size, 0U);
          AmrPayload parsed;
          ASSERT_TRUE(parse_amr(band, aligned, std::span(buffer).first(size), parsed));
          EXPECT_EQ(parsed.mode_request, 3);
          ASSERT_EQ(parsed.count, count);
          for (std::size_t i = 0; i < count; ++i) {
            EXPECT_EQ(parsed.frames[i].type, type);
            EXPECT_EQ(parsed.frames[i].good, i + 1 < count);
            EXPECT_EQ(parsed.frames[i].bits, frames[i].bits);
          }
          // One octet less or more is another payload.
          EXPECT_FALSE(parse_amr(band, aligned, std::span(buffer).first(size - 1), parsed));
          EXPECT_FALSE(parse_amr(band, aligned, std::span(buffer).first(size + 1), parsed));
        }
      }
    }
  }
}

TEST(AmrPayload, HasTheLayoutOfRfc4867) {
  // Octet-aligned: CMR and four zero bits, then F, FT, Q and two zero bits (4.4.1, 4.4.2).
  AmrFrame frame;
  frame.type = 7;
  frame.bits[0] = std::byte{0xa5};
  std::array<std::byte, 64> buffer;
  ASSERT_EQ(write_amr(AmrBand::narrow, true, 15, {&frame, 1}, buffer), 33U);
  EXPECT_EQ(buffer[0], std::byte{0xf0});
  EXPECT_EQ(buffer[1], std::byte{0x3c});
  EXPECT_EQ(buffer[2], std::byte{0xa5});
  // Bandwidth-efficient: 4 bits CMR, 6 bits of contents, speech at bit 10 (4.3.1 to 4.3.3).
  ASSERT_EQ(write_amr(AmrBand::narrow, false, 15, {&frame, 1}, buffer), 32U);
  EXPECT_EQ(buffer[0], std::byte{0xf3});
  EXPECT_EQ(buffer[1], std::byte{0xc0 | 0xa5 >> 2});
  EXPECT_EQ(buffer[2], std::byte{0x40});
}

TEST(AmrPayload, RefusesWhatIsMalformed) {
  AmrPayload out;
  EXPECT_FALSE(parse_amr(AmrBand::narrow, true, {}, out));
  EXPECT_FALSE(parse_amr(AmrBand::narrow, true, octets({0xf0}), out));
  EXPECT_FALSE(parse_amr(AmrBand::narrow, true, octets({0xf0, 0x4c}), out));  // type 9
  EXPECT_FALSE(parse_amr(AmrBand::wide, true, octets({0xf0, 0x54}), out));    // type 10
  EXPECT_TRUE(parse_amr(AmrBand::narrow, true, octets({0xf0, 0x7c}), out));   // no data
  // A table of contents without an end.
  EXPECT_FALSE(parse_amr(AmrBand::narrow, true, std::vector<std::byte>(64, std::byte{0xfc}), out));
}

TEST(AmrPayload, AnyOctetsAreParsedWithinBounds) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> payload(random() % 200);
    for (std::byte& octet : payload) octet = static_cast<std::byte>(random());
    AmrPayload out;
    for (const bool aligned : {false, true}) {
      if (!parse_amr(AmrBand::wide, aligned, payload, out)) continue;
      EXPECT_GE(out.count, 1U);
      EXPECT_LE(out.count, max_amr_frames);
    }
  }
}

}  // namespace
}  // namespace media::codec
