// SPDX-License-Identifier: Apache-2.0
#include "media/codec/g711.hpp"

#include <algorithm>
#include <array>

#include "media/codec/waveform_concealer.hpp"

namespace media::codec {
namespace {

constexpr std::size_t samples_per_millisecond = 8;

using Expansion = std::array<std::int16_t, 256>;

const Expansion& expansion(Codec law) {
  static const auto tables = [] {
    std::array<Expansion, 2> out;
    for (std::size_t i = 0; i < 256; ++i) {
      out[0][i] = ulaw_to_linear(static_cast<std::uint8_t>(i));
      out[1][i] = alaw_to_linear(static_cast<std::uint8_t>(i));
    }
    return out;
  }();
  return tables[law == Codec::pcma ? 1 : 0];
}

class G711Decoder final : public Decoder {
 public:
  explicit G711Decoder(Codec law) : expansion_(expansion(law)) {}

  std::size_t decode(std::span<const std::byte> payload, Samples pcm) override {
    if (payload.size() > pcm.size()) return 0;
    std::transform(payload.begin(), payload.end(), pcm.begin(), [this](std::byte octet) {
      return expansion_[std::to_integer<std::size_t>(octet)];
    });
    concealer_.hear(pcm.first(payload.size()));
    return payload.size();
  }

  void conceal(std::span<const std::byte> /*next*/, Samples pcm) override { concealer_.fill(pcm); }

 private:
  const Expansion& expansion_;
  WaveformConcealer concealer_;
};

class G711Encoder final : public Encoder {
 public:
  explicit G711Encoder(const Format& format)
      : a_law_(format.codec == Codec::pcma),
        frame_size_(static_cast<std::size_t>(format.packet_time.count()) *
                    samples_per_millisecond) {}

  std::size_t frame_size() const override { return frame_size_; }

  std::size_t encode(ConstSamples frame, std::span<std::byte> payload) override {
    std::transform(frame.begin(), frame.end(), payload.begin(), [this](std::int16_t sample) {
      return std::byte{a_law_ ? linear_to_alaw(sample) : linear_to_ulaw(sample)};
    });
    return frame.size();
  }

 private:
  bool a_law_;
  std::size_t frame_size_;
};

}  // namespace

std::unique_ptr<Decoder> make_g711_decoder(Codec law) { return std::make_unique<G711Decoder>(law); }

std::unique_ptr<Encoder> make_g711_encoder(const Format& format) {
  return std::make_unique<G711Encoder>(format);
}

}  // namespace media::codec
