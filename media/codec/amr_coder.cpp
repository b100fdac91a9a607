// SPDX-License-Identifier: Apache-2.0
#include "media/codec/amr_coder.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <opencore-amrnb/interf_dec.h>
#include <opencore-amrnb/interf_enc.h>
#include <opencore-amrwb/dec_if.h>
#include <vo-amrwbenc/enc_if.h>

#include "common/openssl.hpp"
#include "media/codec/amr_mode.hpp"
#include "media/codec/amr_payload.hpp"

namespace media::codec {
namespace {

constexpr std::size_t frame_milliseconds = 20;

/// The libraries take and give frames as in a file (RFC 4867 5.3): one octet of table of contents,
/// then the bits.
using StoredFrame = std::array<unsigned char, 1 + largest_amr_frame>;

StoredFrame store(const AmrFrame& frame) {
  StoredFrame out{};
  out[0] =
      static_cast<unsigned char>(static_cast<unsigned>(frame.type) << 3U | (frame.good ? 4U : 0U));
  std::ranges::transform(frame.bits, out.begin() + 1,
                         [](std::byte octet) { return std::to_integer<unsigned char>(octet); });
  return out;
}

AmrFrame unstore(const StoredFrame& stored) {
  AmrFrame out;
  out.type = stored[0] >> 3U & 0xfU;
  out.good = (stored[0] & 4U) != 0;
  std::ranges::transform(stored.begin() + 1, stored.end(), out.bits.begin(),
                         [](unsigned char octet) { return std::byte{octet}; });
  return out;
}

struct NarrowBand {
  static constexpr AmrBand band = AmrBand::narrow;
  static constexpr std::size_t frame_samples = 160;
  using DecoderPtr = std::unique_ptr<void, common::Releaser<Decoder_Interface_exit>>;
  using EncoderPtr = std::unique_ptr<void, common::Releaser<Encoder_Interface_exit>>;
  static DecoderPtr decoder() { return DecoderPtr(Decoder_Interface_init()); }
  static EncoderPtr encoder(bool dtx) { return EncoderPtr(Encoder_Interface_init(dtx ? 1 : 0)); }
  static void decode(void* state, const StoredFrame& frame, std::int16_t* pcm) {
    Decoder_Interface_Decode(state, frame.data(), pcm, 0);
  }
  static int encode(void* state, std::uint8_t mode, const std::int16_t* pcm, StoredFrame& frame,
                    bool /*dtx*/) {
    return Encoder_Interface_Encode(state, static_cast<Mode>(mode), pcm, frame.data(), 0);
  }
};

struct WideBand {
  static constexpr AmrBand band = AmrBand::wide;
  static constexpr std::size_t frame_samples = 320;
  using DecoderPtr = std::unique_ptr<void, common::Releaser<D_IF_exit>>;
  using EncoderPtr = std::unique_ptr<void, common::Releaser<E_IF_exit>>;
  static DecoderPtr decoder() { return DecoderPtr(D_IF_init()); }
  static EncoderPtr encoder(bool /*dtx*/) { return EncoderPtr(E_IF_init()); }
  static void decode(void* state, const StoredFrame& frame, std::int16_t* pcm) {
    D_IF_decode(state, frame.data(), pcm, _good_frame);
  }
  static int encode(void* state, std::uint8_t mode, const std::int16_t* pcm, StoredFrame& frame,
                    bool dtx) {
    return E_IF_encode(state, mode, pcm, frame.data(), dtx ? 1 : 0);
  }
};

template <class Band>
class AmrDecoding final : public Decoder {
 public:
  explicit AmrDecoding(const AmrOptions& options)
      : octet_aligned_(options.octet_align), state_(Band::decoder()) {
    if (!state_) throw std::runtime_error("no AMR decoder");
  }

  std::size_t decode(std::span<const std::byte> payload, Samples pcm) override {
    if (!parse_amr(Band::band, octet_aligned_, payload, parsed_)) return 0;
    if (parsed_.mode_request < amr_mode_count(Band::band)) mode_request_ = parsed_.mode_request;
    if (pcm.size() < parsed_.count * Band::frame_samples) return 0;
    for (std::size_t i = 0; i < parsed_.count; ++i) {
      Band::decode(state_.get(), store(parsed_.frames[i]), pcm.data() + i * Band::frame_samples);
    }
    return parsed_.count * Band::frame_samples;
  }

  void conceal(std::span<const std::byte> /*next*/, Samples pcm) override {
    // A frame without data makes the decoder extrapolate (TS 26.091, TS 26.191).
    const StoredFrame nothing = store(AmrFrame{});
    while (pcm.size() >= Band::frame_samples) {
      Band::decode(state_.get(), nothing, pcm.data());
      pcm = pcm.subspan(Band::frame_samples);
    }
    std::ranges::fill(pcm, 0);
  }

  std::optional<std::uint8_t> take_mode_request() override {
    return std::exchange(mode_request_, std::nullopt);
  }

 private:
  bool octet_aligned_;
  typename Band::DecoderPtr state_;
  AmrPayload parsed_;
  std::optional<std::uint8_t> mode_request_;
};

template <class Band>
class AmrEncoding final : public Encoder {
 public:
  explicit AmrEncoding(const Format& format)
      : octet_aligned_(format.amr.octet_align),
        dtx_(format.amr.dtx),
        frames_(std::clamp<std::size_t>(
            static_cast<std::size_t>(format.packet_time.count()) / frame_milliseconds, 1,
            max_amr_frames)),
        mode_(Band::band, format.amr),
        state_(Band::encoder(format.amr.dtx)) {
    if (!state_) throw std::runtime_error("no AMR encoder");
  }

  std::size_t frame_size() const override { return frames_ * Band::frame_samples; }

  std::size_t encode(ConstSamples frame, std::span<std::byte> payload) override {
    bool silent = true;
    for (std::size_t i = 0; i < frames_; ++i) {
      StoredFrame stored{};
      Band::encode(state_.get(), mode_.next(), frame.data() + i * Band::frame_samples, stored,
                   dtx_);
      coded_[i] = unstore(stored);
      silent = silent && coded_[i].type == amr_no_data;
    }
    if (silent) return 0;
    return write_amr(Band::band, octet_aligned_, amr_no_mode_request,
                     std::span(coded_).first(frames_), payload);
  }

  void request_mode(std::uint8_t mode) override { mode_.request(mode); }

 private:
  bool octet_aligned_;
  bool dtx_;
  std::size_t frames_;
  AmrMode mode_;
  typename Band::EncoderPtr state_;
  std::array<AmrFrame, max_amr_frames> coded_{};
};

}  // namespace

std::unique_ptr<Decoder> make_amr_decoder(const Format& format) {
  if (format.codec == Codec::amr) return std::make_unique<AmrDecoding<NarrowBand>>(format.amr);
  return std::make_unique<AmrDecoding<WideBand>>(format.amr);
}

std::unique_ptr<Encoder> make_amr_encoder(const Format& format) {
  if (format.codec == Codec::amr) return std::make_unique<AmrEncoding<NarrowBand>>(format);
  return std::make_unique<AmrEncoding<WideBand>>(format);
}

}  // namespace media::codec
