// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/result.hpp"

namespace media {

/// Mono PCM of an announcement at 8000 samples a second. Immutable once made, and shared by all the
/// calls that play it.
struct Sound {
  static constexpr unsigned rate = 8000;
  std::vector<std::int16_t> samples;

  [[nodiscard]] std::chrono::milliseconds length() const {
    return std::chrono::milliseconds(samples.size() * 1000 / rate);
  }
};

/// One part of a tone: up to two frequencies at once, or a pause.
struct ToneStep {
  unsigned first_hertz = 0;
  unsigned second_hertz = 0;  // 0: one frequency alone; both 0: silence
  std::chrono::milliseconds length{0};
};

[[nodiscard]] Sound make_tone(std::span<const ToneStep> steps);

/// A RIFF/WAVE file: mono or stereo (mixed), 16-bit PCM, A-law or mu-law, at 8 or 16 kHz. Files of
/// more than ten minutes are refused (Errc::unusable_sound).
[[nodiscard]] common::Result<Sound> read_wav(std::span<const std::byte> file);

}  // namespace media
