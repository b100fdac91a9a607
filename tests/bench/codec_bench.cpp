// SPDX-License-Identifier: Apache-2.0
// What transcoding costs: one second of a call, both directions. 1 s divided by the time shown is
// the number of calls that a core carries.
#include <cmath>
#include <numbers>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/codec/transcoder.hpp"

namespace {

using media::codec::Codec;
using media::codec::Format;
using media::codec::Packet;
using media::codec::Transcoder;

constexpr int packets_per_second = 50;

/// A voice-like sound: harmonics of a pitch that wanders, with pauses between words.
std::vector<std::int16_t> voice(std::uint32_t rate) {
  std::vector<std::int16_t> out(rate);
  double phase = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double time = static_cast<double>(i) / rate;
    phase += 2 * std::numbers::pi * (120 + 30 * std::sin(5 * time)) / rate;
    double value = 0;
    for (int harmonic = 1; harmonic < 20; ++harmonic)
      value += std::sin(harmonic * phase) / harmonic;
    const double loudness = std::max(0.0, std::sin(2 * std::numbers::pi * 3 * time));
    out[i] = static_cast<std::int16_t>(6000 * loudness * value);
  }
  return out;
}

struct Recording {
  std::vector<std::vector<std::byte>> payloads;
  std::uint32_t step = 0;
};

Recording record(const Format& format) {
  const std::uint32_t rate = media::codec::sample_rate(format.codec, Codec::opus);
  const auto sound = voice(rate);
  const auto encoder = media::codec::make_encoder(format, rate);
  Recording out;
  out.step = media::codec::clock_rate(format.codec) / packets_per_second;
  for (std::size_t i = 0; i + encoder->frame_size() <= sound.size(); i += encoder->frame_size()) {
    std::vector<std::byte> payload(media::codec::largest_payload);
    payload.resize(encoder->encode(std::span(sound).subspan(i, encoder->frame_size()), payload));
    out.payloads.push_back(std::move(payload));
  }
  return out;
}

void transcode(benchmark::State& state, Codec first, Codec second) {
  Format a;
  a.codec = first;
  a.amr.dtx = false;
  Format b = a;
  b.codec = second;
  const Recording from_a = record(a);
  const Recording from_b = record(b);
  Transcoder forward(a, b, {});
  Transcoder backward(b, a, {});
  std::uint16_t sequence = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < from_a.payloads.size(); ++i, ++sequence) {
      forward.handle_packet({sequence, sequence * from_a.step, false, from_a.payloads[i]});
      while (const auto packet = forward.poll_packet()) benchmark::DoNotOptimize(packet->payload);
      backward.handle_packet({sequence, sequence * from_b.step, false, from_b.payloads[i]});
      while (const auto packet = backward.poll_packet()) benchmark::DoNotOptimize(packet->payload);
    }
  }
  state.counters["calls_per_core"] =
      benchmark::Counter(1, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK_CAPTURE(transcode, opus_amr_wb, Codec::opus, Codec::amr_wb)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transcode, opus_amr, Codec::opus, Codec::amr)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transcode, opus_g722, Codec::opus, Codec::g722)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transcode, opus_pcma, Codec::opus, Codec::pcma)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transcode, g722_pcma, Codec::g722, Codec::pcma)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(transcode, amr_wb_pcma, Codec::amr_wb, Codec::pcma)
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
