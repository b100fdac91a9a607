// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/speech/intelligibility.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace bench {
namespace {

constexpr std::size_t frame = 256;
constexpr std::size_t hop = frame / 2;
constexpr std::size_t transform_size = 512;
constexpr std::size_t bands = 15;
constexpr std::size_t segment = 30;     // frames: 384 ms
constexpr double lowest_centre = 150;   // Hz, of the first third-octave band
constexpr double dynamic_range = 40;    // dB under the loudest frame: less is silence
constexpr double clipping_bound = -15;  // dB

using Bands = std::array<double, bands>;

const std::array<double, frame>& window() {
  static const auto values = [] {
    std::array<double, frame> out{};
    for (std::size_t i = 0; i < frame; ++i) {
      out[i] =
          0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i + 1) / (frame + 1));
    }
    return out;
  }();
  return values;
}

void transform(std::array<std::complex<double>, transform_size>& values) {
  for (std::size_t i = 1, j = 0; i < transform_size; ++i) {
    std::size_t bit = transform_size >> 1U;
    for (; (j & bit) != 0; bit >>= 1U) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(values[i], values[j]);
  }
  for (std::size_t length = 2; length <= transform_size; length *= 2) {
    const auto turn = std::polar(1.0, -2 * std::numbers::pi / static_cast<double>(length));
    for (std::size_t start = 0; start < transform_size; start += length) {
      std::complex<double> factor = 1;
      for (std::size_t i = start; i < start + length / 2; ++i, factor *= turn) {
        const auto odd = values[i + length / 2] * factor;
        values[i + length / 2] = values[i] - odd;
        values[i] += odd;
      }
    }
  }
}

/// Magnitudes of the third-octave bands of one frame.
Bands bands_of(std::span<const double> samples) {
  std::array<std::complex<double>, transform_size> spectrum{};
  for (std::size_t i = 0; i < frame; ++i) spectrum[i] = samples[i] * window()[i];
  transform(spectrum);
  Bands out{};
  const auto bin_of = [](double frequency) {
    return static_cast<std::size_t>(
        std::lround(frequency * transform_size / static_cast<double>(intelligibility_rate)));
  };
  for (std::size_t band = 0; band < bands; ++band) {
    const double centre = lowest_centre * std::exp2(static_cast<double>(band) / 3);
    double power = 0;
    for (std::size_t bin = bin_of(centre * std::exp2(-1.0 / 6));
         bin < bin_of(centre * std::exp2(1.0 / 6)); ++bin) {
      power += std::norm(spectrum[bin]);
    }
    out[band] = std::sqrt(power);
  }
  return out;
}

double loudness(std::span<const double> samples) {
  double power = 0;
  for (std::size_t i = 0; i < frame; ++i) power += std::pow(samples[i] * window()[i], 2);
  return 10 * std::log10(power + 1e-20);
}

/// Where `heard` is most like `clean`: samples that it is late.
std::ptrdiff_t delay_of(std::span<const double> clean, std::span<const double> heard) {
  constexpr std::ptrdiff_t earliest = -500;
  constexpr std::ptrdiff_t latest = 2000;
  std::ptrdiff_t best = 0;
  double most = -1;
  for (std::ptrdiff_t delay = earliest; delay <= latest; ++delay) {
    double sum = 0;
    for (std::size_t i = 500; i + 2000 < clean.size(); i += 3) {
      sum += clean[i] * heard[static_cast<std::size_t>(static_cast<std::ptrdiff_t>(i) + delay)];
    }
    if (sum <= most) continue;
    most = sum;
    best = delay;
  }
  return best;
}

/// Correlation of one band over a segment, what is too loud in `heard` clipped.
double similarity(std::span<const Bands> clean, std::span<const Bands> heard, std::size_t band) {
  double clean_power = 1e-20;
  double heard_power = 1e-20;
  for (std::size_t i = 0; i < segment; ++i) {
    clean_power += clean[i][band] * clean[i][band];
    heard_power += heard[i][band] * heard[i][band];
  }
  const double gain = std::sqrt(clean_power / heard_power);
  const double bound = 1 + std::pow(10, -clipping_bound / 20);
  std::array<double, segment> limited{};
  double clean_mean = 0;
  double heard_mean = 0;
  for (std::size_t i = 0; i < segment; ++i) {
    limited[i] = std::min(gain * heard[i][band], clean[i][band] * bound);
    clean_mean += clean[i][band] / segment;
    heard_mean += limited[i] / segment;
  }
  double product = 0;
  double clean_variance = 1e-20;
  double heard_variance = 1e-20;
  for (std::size_t i = 0; i < segment; ++i) {
    product += (clean[i][band] - clean_mean) * (limited[i] - heard_mean);
    clean_variance += std::pow(clean[i][band] - clean_mean, 2);
    heard_variance += std::pow(limited[i] - heard_mean, 2);
  }
  return product / std::sqrt(clean_variance * heard_variance);
}

}  // namespace

double intelligibility(std::span<const double> clean, std::span<const double> heard) {
  const std::ptrdiff_t delay = delay_of(clean, heard);
  double loudest = -1000;
  for (std::size_t at = 0; at + frame <= clean.size(); at += hop) {
    loudest = std::max(loudest, loudness(clean.subspan(at)));
  }
  std::vector<Bands> clean_bands;
  std::vector<Bands> heard_bands;
  for (std::size_t at = 0; at + frame <= clean.size(); at += hop) {
    const std::ptrdiff_t there = static_cast<std::ptrdiff_t>(at) + delay;
    if (there < 0 || static_cast<std::size_t>(there) + frame > heard.size()) continue;
    if (loudness(clean.subspan(at)) < loudest - dynamic_range) continue;
    clean_bands.push_back(bands_of(clean.subspan(at)));
    heard_bands.push_back(bands_of(heard.subspan(static_cast<std::size_t>(there))));
  }
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at + segment <= clean_bands.size(); ++at) {
    for (std::size_t band = 0; band < bands; ++band, ++count) {
      sum +=
          similarity(std::span(clean_bands).subspan(at), std::span(heard_bands).subspan(at), band);
    }
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

}  // namespace bench
