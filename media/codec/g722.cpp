// SPDX-License-Identifier: Apache-2.0
#include "media/codec/g722.hpp"

#include <stdexcept>

#include "common/openssl.hpp"
#include "media/codec/waveform_concealer.hpp"

namespace media::codec {
namespace {

constexpr int bit_rate = 64'000;
constexpr std::size_t samples_per_millisecond = 16;

class G722Decoder final : public Decoder {
 public:
  G722Decoder() : state_(g722_decode_init(nullptr, bit_rate, 0)) {
    if (!state_) throw std::runtime_error("no G.722 decoder");
  }

  std::size_t decode(std::span<const std::byte> payload, Samples pcm) override {
    if (payload.size() * 2 > pcm.size()) return 0;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(payload.data());
    const int count =
        g722_decode(state_.get(), pcm.data(), octets, static_cast<int>(payload.size()));
    concealer_.hear(pcm.first(static_cast<std::size_t>(count)));
    return static_cast<std::size_t>(count);
  }

  void conceal(std::span<const std::byte> /*next*/, Samples pcm) override { concealer_.fill(pcm); }

 private:
  std::unique_ptr<g722_decode_state_t, common::Releaser<g722_decode_free>> state_;
  WaveformConcealer concealer_;
};

class G722Encoder final : public Encoder {
 public:
  explicit G722Encoder(const Format& format)
      : frame_size_(static_cast<std::size_t>(format.packet_time.count()) * samples_per_millisecond),
        state_(g722_encode_init(nullptr, bit_rate, 0)) {
    if (!state_) throw std::runtime_error("no G.722 encoder");
  }

  std::size_t frame_size() const override { return frame_size_; }

  std::size_t encode(ConstSamples frame, std::span<std::byte> payload) override {
    auto* octets = reinterpret_cast<std::uint8_t*>(payload.data());
    return static_cast<std::size_t>(
        g722_encode(state_.get(), octets, frame.data(), static_cast<int>(frame.size())));
  }

 private:
  std::size_t frame_size_;
  std::unique_ptr<g722_encode_state_t, common::Releaser<g722_encode_free>> state_;
};

}  // namespace

std::unique_ptr<Decoder> make_g722_decoder() { return std::make_unique<G722Decoder>(); }

std::unique_ptr<Encoder> make_g722_encoder(const Format& format) {
  return std::make_unique<G722Encoder>(format);
}

}  // namespace media::codec
