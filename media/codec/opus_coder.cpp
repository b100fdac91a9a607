// SPDX-License-Identifier: Apache-2.0
#include "media/codec/opus_coder.hpp"

#include <algorithm>
#include <stdexcept>

#include <opus/opus.h>

#include "common/openssl.hpp"

namespace media::codec {
namespace {

// An Opus packet this small says that nothing needs to be sent (RFC 6716 2.1.9).
constexpr int dtx_packet = 2;

const unsigned char* octets(std::span<const std::byte> data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

class OpusDecoding final : public Decoder {
 public:
  explicit OpusDecoding(std::uint32_t rate) {
    int error = OPUS_OK;
    decoder_.reset(opus_decoder_create(static_cast<opus_int32>(rate), 1, &error));
    if (error != OPUS_OK) throw std::runtime_error("no Opus decoder");
  }

  std::size_t decode(std::span<const std::byte> payload, Samples pcm) override {
    if (payload.empty()) return 0;
    const int count =
        opus_decode(decoder_.get(), octets(payload), static_cast<opus_int32>(payload.size()),
                    pcm.data(), static_cast<int>(pcm.size()), 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  void conceal(std::span<const std::byte> next, Samples pcm) override {
    // Redundancy reaches one packet back: what was lost before it is made up.
    const std::size_t recoverable = next.empty() ? 0 : packet_samples(next, pcm.size());
    const std::size_t blind = pcm.size() - recoverable;
    extrapolate(pcm.first(blind));
    if (recoverable == 0) return;
    const int count =
        opus_decode(decoder_.get(), octets(next), static_cast<opus_int32>(next.size()),
                    pcm.data() + blind, static_cast<int>(recoverable), 1);
    if (count != static_cast<int>(recoverable)) std::ranges::fill(pcm.subspan(blind), 0);
  }

 private:
  std::size_t packet_samples(std::span<const std::byte> packet, std::size_t room) const {
    const int count = opus_decoder_get_nb_samples(decoder_.get(), octets(packet),
                                                  static_cast<opus_int32>(packet.size()));
    return count > 0 && static_cast<std::size_t>(count) <= room ? static_cast<std::size_t>(count)
                                                                : 0;
  }

  void extrapolate(Samples pcm) {
    if (pcm.empty()) return;
    const int count =
        opus_decode(decoder_.get(), nullptr, 0, pcm.data(), static_cast<int>(pcm.size()), 0);
    if (count != static_cast<int>(pcm.size())) std::ranges::fill(pcm, 0);
  }

  std::unique_ptr<OpusDecoder, common::Releaser<opus_decoder_destroy>> decoder_;
};

class OpusEncoding final : public Encoder {
 public:
  OpusEncoding(const Format& format, std::uint32_t rate)
      : frame_size_(rate / 1000 * static_cast<std::size_t>(format.packet_time.count())),
        dtx_(format.opus.dtx) {
    int error = OPUS_OK;
    encoder_.reset(
        opus_encoder_create(static_cast<opus_int32>(rate), 1, OPUS_APPLICATION_VOIP, &error));
    if (error != OPUS_OK) throw std::runtime_error("no Opus encoder");
    set(OPUS_SET_BITRATE(format.opus.max_bitrate));
    set(OPUS_SET_COMPLEXITY(format.opus.complexity));
    set(OPUS_SET_INBAND_FEC(format.opus.in_band_fec ? 1 : 0));
    set(OPUS_SET_DTX(format.opus.dtx ? 1 : 0));
    set(OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
  }

  std::size_t frame_size() const override { return frame_size_; }

  std::size_t encode(ConstSamples frame, std::span<std::byte> payload) override {
    const int size = opus_encode(encoder_.get(), frame.data(), static_cast<int>(frame.size()),
                                 reinterpret_cast<unsigned char*>(payload.data()),
                                 static_cast<opus_int32>(payload.size()));
    if (size < 0 || (dtx_ && size <= dtx_packet)) return 0;
    return static_cast<std::size_t>(size);
  }

  void report_loss(std::uint8_t percent) override {
    set(OPUS_SET_PACKET_LOSS_PERC(std::min<int>(percent, 100)));
  }

 private:
  template <class... Request>
  void set(Request... request) {
    opus_encoder_ctl(encoder_.get(), request...);
  }

  std::unique_ptr<OpusEncoder, common::Releaser<opus_encoder_destroy>> encoder_;
  std::size_t frame_size_;
  bool dtx_;
};

}  // namespace

std::unique_ptr<Decoder> make_opus_decoder(std::uint32_t rate) {
  return std::make_unique<OpusDecoding>(rate);
}

std::unique_ptr<Encoder> make_opus_encoder(const Format& format, std::uint32_t rate) {
  return std::make_unique<OpusEncoding>(format, rate);
}

}  // namespace media::codec
