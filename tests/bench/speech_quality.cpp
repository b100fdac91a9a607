// SPDX-License-Identifier: Apache-2.0
// How much is understood of real speech that was transcoded, with and without lost packets.
// speech_quality FILE…: recordings in G.722 at 64 kbit/s without a header, as Debian's
// asterisk-core-sounds-en-g722 brings them.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "media/codec/transcoder.hpp"
#include "tests/bench/speech/intelligibility.hpp"

namespace {

using media::codec::Codec;
using media::codec::Format;
using media::codec::Packet;
using media::codec::Transcoder;

constexpr std::uint32_t speech_rate = 16'000;

using Speech = std::vector<std::int16_t>;

struct Payloads {
  std::vector<std::vector<std::byte>> all;  // empty: a pause of DTX
  std::uint32_t step = 0;                   // of timestamps
};

Format format_of(Codec codec) {
  Format format;
  format.codec = codec;
  format.amr.dtx = false;
  return format;
}

Speech resampled(const Speech& speech, std::uint32_t from, std::uint32_t to) {
  media::codec::Resampler resampler(from, to);
  Speech out(speech.size() * to / from + 1);
  out.resize(resampler.convert(speech, out));
  return out;
}

Speech decoded_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto octets = std::as_bytes(std::span(text));
  const auto decoder = media::codec::make_decoder(format_of(Codec::g722), speech_rate);
  constexpr std::size_t packet = 160;
  Speech out;
  for (std::size_t at = 0; at + packet <= octets.size(); at += packet) {
    Speech samples(speech_rate / 1000 * 120);
    samples.resize(decoder->decode(octets.subspan(at, packet), samples));
    out.insert(out.end(), samples.begin(), samples.end());
  }
  return out;
}

Payloads encoded(const Speech& speech, Codec codec, Codec other) {
  const std::uint32_t rate = media::codec::sample_rate(codec, other);
  const Speech sound = resampled(speech, speech_rate, rate);
  const auto encoder = media::codec::make_encoder(format_of(codec), rate);
  encoder->report_loss(5);
  Payloads out;
  out.step = media::codec::clock_rate(codec) / 50;
  const std::size_t frame = encoder->frame_size();
  for (std::size_t at = 0; at + frame <= sound.size(); at += frame) {
    std::vector<std::byte> payload(media::codec::largest_payload);
    payload.resize(encoder->encode(std::span(sound).subspan(at, frame), payload));
    out.all.push_back(std::move(payload));
  }
  return out;
}

/// What a phone hears: packets decoded in their places, no jitter buffer and no loss of its own.
class Listener {
 public:
  Listener(Codec codec, Codec other, std::size_t seconds)
      : rate_(media::codec::sample_rate(codec, other)),
        clock_(media::codec::clock_rate(codec)),
        decoder_(media::codec::make_decoder(format_of(codec), rate_)),
        sound_(seconds * rate_) {}

  void hear(std::uint32_t timestamp, std::span<const std::byte> payload) {
    Speech samples(rate_ / 1000 * 120);
    samples.resize(decoder_->decode(payload, samples));
    const std::size_t at = std::size_t{timestamp} * rate_ / clock_;
    for (std::size_t i = 0; i < samples.size() && at + i < sound_.size(); ++i) {
      sound_[at + i] = samples[i];
    }
  }
  [[nodiscard]] Speech heard() const { return resampled(sound_, rate_, speech_rate); }

 private:
  std::uint32_t rate_;
  std::uint32_t clock_;
  std::unique_ptr<media::codec::Decoder> decoder_;
  Speech sound_;
};

std::vector<double> for_measure(const Speech& speech) {
  const Speech sound = resampled(speech, speech_rate, bench::intelligibility_rate);
  return {sound.begin(), sound.end()};
}

double measured(const Speech& clean, const Speech& heard) {
  auto one = for_measure(clean);
  auto other = for_measure(heard);
  const std::size_t size = std::min(one.size(), other.size());
  one.resize(size);
  other.resize(size);
  return bench::intelligibility(one, other);
}

double coded(const Speech& speech, Codec codec) {
  const Payloads payloads = encoded(speech, codec, Codec::amr_wb);
  Listener listener(codec, Codec::amr_wb, speech.size() / speech_rate + 1);
  for (std::size_t i = 0; i < payloads.all.size(); ++i) {
    listener.hear(static_cast<std::uint32_t>(i) * payloads.step, payloads.all[i]);
  }
  return measured(speech, listener.heard());
}

double transcoded(const Speech& speech, Codec from, Codec to, double loss) {
  const Payloads payloads = encoded(speech, from, to);
  Transcoder transcoder(format_of(from), format_of(to), {});
  Listener listener(to, from, speech.size() / speech_rate + 1);
  std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same losses every time
  std::bernoulli_distribution lost(loss);
  for (std::size_t i = 0; i < payloads.all.size(); ++i) {
    if (i > 0 && lost(random)) continue;
    transcoder.handle_packet({static_cast<std::uint16_t>(i),
                              static_cast<std::uint32_t>(i) * payloads.step, false,
                              payloads.all[i]});
    while (const auto packet = transcoder.poll_packet()) {
      listener.hear(packet->timestamp, packet->payload);
    }
  }
  return measured(speech, listener.heard());
}

struct Named {
  const char* name;
  Codec codec;
};

}  // namespace

int main(int argc, char** argv) {
  Speech speech;
  for (int i = 1; i < argc; ++i) {
    const Speech one = decoded_file(argv[i]);
    speech.insert(speech.end(), one.begin(), one.end());
  }
  if (speech.size() < 10 * speech_rate) {
    std::fprintf(stderr, "usage: speech_quality FILE.g722...   (ten seconds or more)\n");
    return 2;
  }
  std::printf("STOI of %zu s of speech (1: all is understood)\n\n", speech.size() / speech_rate);
  constexpr Named opus{"Opus", Codec::opus};
  constexpr Named amr_wb{"AMR-WB", Codec::amr_wb};
  constexpr Named amr{"AMR", Codec::amr};
  constexpr Named g722{"G.722", Codec::g722};
  constexpr Named pcma{"G.711", Codec::pcma};
  std::printf("coded once, nothing lost\n");
  for (const Named& one : {opus, amr_wb, amr, g722, pcma}) {
    std::printf("%-20s %6.3f\n", one.name, coded(speech, one.codec));
  }
  constexpr std::array losses{0.0, 0.01, 0.03, 0.05, 0.10};
  std::printf("\n%-20s", "transcoded, lost:");
  for (const double loss : losses) std::printf(" %5.0f%%", loss * 100);
  std::printf("\n");
  const std::vector<std::pair<Named, Named>> pairs{
      {opus, amr_wb}, {amr_wb, opus}, {opus, amr},  {amr, opus},    {opus, g722},
      {g722, opus},   {opus, pcma},   {pcma, opus}, {amr_wb, pcma}, {pcma, amr_wb}};
  for (const auto& [from, to] : pairs) {
    std::printf("%-20s", (std::string(from.name) + " -> " + to.name).c_str());
    for (const double loss : losses) {
      std::printf(" %6.3f", transcoded(speech, from.codec, to.codec, loss));
    }
    std::printf("\n");
    std::fflush(stdout);
  }
}
