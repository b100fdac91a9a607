// SPDX-License-Identifier: Apache-2.0
#include "media/sound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <string_view>

#include "media/codec/g711.hpp"
#include "media/errc.hpp"

namespace media {
namespace {

constexpr double tone_level = 0.2 * 32'767;      // about -14 dBFS for one frequency
constexpr std::size_t ramp = Sound::rate / 200;  // 5 ms up and down: no clicks
constexpr std::size_t longest = std::size_t{Sound::rate} * 600;

std::uint32_t little(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::to_integer<std::uint32_t>(bytes[at + i]) << (8U * i);
  }
  return value;
}

bool is_tag(std::span<const std::byte> bytes, std::size_t at, std::string_view tag) {
  if (bytes.size() < at + tag.size()) return false;
  for (std::size_t i = 0; i < tag.size(); ++i) {
    if (std::to_integer<char>(bytes[at + i]) != tag[i]) return false;
  }
  return true;
}

struct Format {
  enum Coding : std::uint16_t { pcm = 1, a_law = 6, mu_law = 7 };
  std::uint32_t coding = 0;
  std::uint32_t channels = 0;
  std::uint32_t rate = 0;
  std::uint32_t bits = 0;

  [[nodiscard]] bool is_usable() const {
    const bool width = coding == pcm ? bits == 16 : bits == 8;
    return (coding == pcm || coding == a_law || coding == mu_law) && width &&
           (channels == 1 || channels == 2) && (rate == 8000 || rate == 16'000);
  }
};

/// Every channel's samples, one after the other.
std::vector<std::int16_t> linear(std::span<const std::byte> data, const Format& format) {
  std::vector<std::int16_t> out(data.size() / (format.bits / 8));
  if (format.coding == Format::pcm) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::int16_t>(little(data, 2 * i, 2));
    }
    return out;
  }
  const auto decoder = codec::make_g711_decoder(
      format.coding == Format::a_law ? codec::Codec::pcma : codec::Codec::pcmu);
  constexpr std::size_t block = 160;
  for (std::size_t at = 0; at < out.size(); at += block) {
    const std::size_t count = std::min(block, out.size() - at);
    static_cast<void>(decoder->decode(data.subspan(at, count), std::span(out).subspan(at, count)));
  }
  return out;
}

/// Channels mixed, still at the file's rate.
std::vector<std::int16_t> mono(std::span<const std::byte> data, const Format& format) {
  std::vector<std::int16_t> samples = linear(data, format);
  if (format.channels == 1) return samples;
  std::vector<std::int16_t> out(samples.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::int16_t>((samples[2 * i] + samples[2 * i + 1]) / 2);
  }
  return out;
}

/// Every other sample of a low-passed signal: what lies above 4 kHz must not fold into speech.
std::vector<std::int16_t> halved(const std::vector<std::int16_t>& samples) {
  constexpr int reach = 15;  // taps on each side of a windowed half-band filter
  std::array<double, reach + 1> taps{};
  taps[0] = 0.5;
  for (int n = 1; n <= reach; ++n) {
    const double window = 0.54 + 0.46 * std::cos(std::numbers::pi * n / (reach + 1));
    taps[static_cast<std::size_t>(n)] =
        std::sin(std::numbers::pi * n / 2) / (std::numbers::pi * n) * window;
  }
  const auto last = static_cast<std::ptrdiff_t>(samples.size()) - 1;
  const auto at = [&](std::ptrdiff_t index) {
    return static_cast<double>(
        samples[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index, 0, last))]);
  };
  std::vector<std::int16_t> out;
  for (std::ptrdiff_t i = 0; i <= last; i += 2) {
    double sum = taps[0] * at(i);
    for (int n = 1; n <= reach; ++n) {
      sum += taps[static_cast<std::size_t>(n)] * (at(i - n) + at(i + n));
    }
    out.push_back(static_cast<std::int16_t>(std::clamp(sum, -32'768.0, 32'767.0)));
  }
  return out;
}

common::Result<Sound> unusable(const char* why) { return common::fail(Errc::unusable_sound, why); }

}  // namespace

Sound make_tone(std::span<const ToneStep> steps) {
  Sound sound;
  for (const ToneStep& step : steps) {
    const auto count = static_cast<std::size_t>(step.length.count()) * Sound::rate / 1000;
    for (std::size_t i = 0; i < count; ++i) {
      const double time = static_cast<double>(i) / Sound::rate;
      const std::size_t edge = std::min(i, count - 1 - i);
      const double level =
          tone_level * std::min(1.0, static_cast<double>(edge) / static_cast<double>(ramp));
      double value = 0;
      for (const unsigned hertz : {step.first_hertz, step.second_hertz}) {
        if (hertz != 0) value += std::sin(2 * std::numbers::pi * hertz * time);
      }
      sound.samples.push_back(static_cast<std::int16_t>(level * value));
    }
  }
  return sound;
}

common::Result<Sound> read_wav(std::span<const std::byte> file) {
  if (!is_tag(file, 0, "RIFF") || !is_tag(file, 8, "WAVE")) return unusable("not a WAV file");
  std::optional<Format> format;
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t size = little(file, at + 4, 4);
    const auto body = file.subspan(at + 8, std::min(size, file.size() - at - 8));
    if (is_tag(file, at, "fmt ") && body.size() >= 16) {
      format =
          Format{little(body, 0, 2), little(body, 2, 2), little(body, 4, 4), little(body, 14, 2)};
    }
    if (is_tag(file, at, "data")) {
      if (!format || !format->is_usable()) {
        return unusable("expected 16-bit PCM, A-law or mu-law at 8 or 16 kHz");
      }
      if (body.size() / format->channels / (format->bits / 8) > longest * (format->rate / 8000)) {
        return unusable("longer than ten minutes");
      }
      Sound sound{mono(body, *format)};
      if (format->rate == 16'000 && !sound.samples.empty()) sound.samples = halved(sound.samples);
      if (sound.samples.empty()) return unusable("empty");
      return sound;
    }
    at += 8 + size + size % 2;  // chunks are padded to an even length
  }
  return unusable("no sound in the file");
}

}  // namespace media
