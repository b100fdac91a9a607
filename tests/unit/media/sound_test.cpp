// SPDX-License-Identifier: Apache-2.0
#include "media/sound.hpp"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "media/codec/encoded_sound.hpp"
#include "media/errc.hpp"

namespace media {
namespace {

using namespace std::chrono_literals;
using Bytes = std::vector<std::byte>;

void little(Bytes& out, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}
void text(Bytes& out, const char* letters) {
  for (; *letters != 0; ++letters) out.push_back(static_cast<std::byte>(*letters));
}

Bytes wav(std::uint16_t coding, std::uint16_t channels, std::uint32_t rate, std::uint16_t bits,
          const Bytes& data) {
  Bytes out;
  text(out, "RIFF");
  little(out, 0, 4);
  text(out, "WAVELIST");
  little(out, 3, 4);  // an odd chunk, which is padded
  little(out, 0, 4);
  text(out, "fmt ");
  little(out, 16, 4);
  little(out, coding, 2);
  little(out, channels, 2);
  little(out, rate, 4);
  little(out, 0, 4);
  little(out, 0, 2);
  little(out, bits, 2);
  text(out, "data");
  little(out, static_cast<std::uint32_t>(data.size()), 4);
  out.insert(out.end(), data.begin(), data.end());
  return out;
}

Bytes pcm_tone(unsigned rate, double hertz, unsigned channels = 1) {
  Bytes data;
  for (unsigned i = 0; i < rate / 10; ++i) {
    const double value = 8000 * std::sin(2 * 3.14159265 * hertz * i / rate);
    for (unsigned c = 0; c < channels; ++c) {
      little(data, static_cast<std::uint16_t>(static_cast<std::int16_t>(value)), 2);
    }
  }
  return data;
}

double level(const Sound& sound) {
  double sum = 0;
  for (const std::int16_t sample : sound.samples) sum += double(sample) * sample;
  return std::sqrt(sum / static_cast<double>(sound.samples.size()));
}

TEST(Sound, EveryFormOfWavIsRead) {
  EXPECT_EQ(read_wav(wav(1, 1, 8000, 16, pcm_tone(8000, 440))).value().length(), 100ms);
  const Sound stereo = read_wav(wav(1, 2, 8000, 16, pcm_tone(8000, 440, 2))).value();
  EXPECT_EQ(stereo.length(), 100ms);
  EXPECT_NEAR(level(stereo), 8000 / std::sqrt(2), 100);
  const Sound laws[] = {read_wav(wav(6, 1, 8000, 8, Bytes(800, std::byte{0x55}))).value(),
                        read_wav(wav(7, 1, 8000, 8, Bytes(800, std::byte{0xff}))).value()};
  for (const Sound& sound : laws) {
    EXPECT_EQ(sound.length(), 100ms);
    EXPECT_LT(std::abs(sound.samples[0]), 10);
  }
}

TEST(Sound, SixteenKilohertzAreFilteredBeforeTheyAreHalved) {
  const Sound speech = read_wav(wav(1, 1, 16'000, 16, pcm_tone(16'000, 1000))).value();
  EXPECT_EQ(speech.length(), 100ms);
  EXPECT_NEAR(level(speech), 8000 / std::sqrt(2), 300);
  const Sound hiss = read_wav(wav(1, 1, 16'000, 16, pcm_tone(16'000, 6000))).value();
  EXPECT_LT(level(hiss), 300);
}

TEST(Sound, OtherFilesAreRefused) {
  for (const Bytes& bad :
       {Bytes{}, Bytes(50), wav(1, 1, 44'100, 16, pcm_tone(8000, 440)),
        wav(3, 1, 8000, 32, Bytes(64)), wav(1, 1, 8000, 16, {}), wav(1, 0, 8000, 16, Bytes(64))}) {
    EXPECT_EQ(read_wav(bad).error(), Errc::unusable_sound);
  }
  Bytes cut = wav(1, 1, 8000, 16, pcm_tone(8000, 440));
  for (std::size_t size = 0; size < 60; ++size) {
    static_cast<void>(read_wav(std::span(cut).first(size)));
  }
}

TEST(Sound, ToneHasItsPartsWithoutClicks) {
  const std::array steps = {ToneStep{440, 480, 50ms}, ToneStep{0, 0, 30ms}};
  const Sound tone = make_tone(steps);
  EXPECT_EQ(tone.length(), 80ms);
  EXPECT_EQ(tone.samples.front(), 0);
  EXPECT_LT(std::abs(tone.samples[399]), 200);
  EXPECT_EQ(tone.samples[500], 0);
  EXPECT_GT(level(tone), 1000);
}

TEST(Sound, EncodedInFramesOfTwentyMilliseconds) {
  const ToneStep step{440, 0, 90ms};
  const Sound tone = make_tone(std::span(&step, 1));
  const auto g711 = codec::encode(tone, {.codec = codec::Codec::pcma}).value();
  ASSERT_EQ(g711.frames(), 5U);
  EXPECT_EQ(g711.frame(4).size(), 160U);
  EXPECT_EQ(g711.frame(4)[159], std::byte{0xd5});  // silence
  const auto opus = codec::encode(tone, {.codec = codec::Codec::opus}).value();
  EXPECT_EQ(opus.frames(), 5U);
  EXPECT_EQ(opus.ticks(), 960U);
  const auto wide = codec::encode(tone, {.codec = codec::Codec::amr_wb}).value();
  EXPECT_EQ(wide.frames(), 5U);
  EXPECT_EQ(wide.ticks(), 320U);
  EXPECT_EQ(wide.frame(0).size(), 33U);  // 12.65 kbit/s, bandwidth-efficient
  EXPECT_FALSE(codec::encode(Sound{}, {.codec = codec::Codec::opus}));
}

}  // namespace
}  // namespace media
