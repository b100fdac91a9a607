// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "media/codec/format.hpp"

namespace media::codec {

/// The longest RTP payload that is decoded and the longest that is made.
inline constexpr std::chrono::milliseconds longest_packet{120};
inline constexpr std::size_t largest_payload = 1280;

using Samples = std::span<std::int16_t>;
using ConstSamples = std::span<const std::int16_t>;

/// Decodes the RTP payloads of one stream to mono PCM. Allocates only when it is made.
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Writes the payload's samples; zero for a payload that is malformed or carries no sound. `pcm`
  /// holds longest_packet.
  [[nodiscard]] virtual std::size_t decode(std::span<const std::byte> payload, Samples pcm) = 0;
  /// Makes up for what was lost just before `next`, exactly `pcm.size()` samples; uses the
  /// redundancy in `next` where the codec has some.
  virtual void conceal(std::span<const std::byte> next, Samples pcm) = 0;
  /// The mode that the peer wants of our encoder since the last call (AMR's CMR).
  [[nodiscard]] virtual std::optional<std::uint8_t> take_mode_request() { return std::nullopt; }
};

/// Encodes mono PCM to RTP payloads. Allocates only when it is made.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// Samples of one payload: packet_time at the sampling rate it was made for.
  [[nodiscard]] virtual std::size_t frame_size() const = 0;
  /// Writes the payload of one frame; zero when nothing is to be sent now (DTX). `payload` holds
  /// largest_payload.
  [[nodiscard]] virtual std::size_t encode(ConstSamples frame, std::span<std::byte> payload) = 0;
  virtual void request_mode(std::uint8_t /*mode*/) {}
  /// Fraction of packets that the receiver reports as lost, 0-100.
  virtual void report_loss(std::uint8_t /*percent*/) {}
};

/// `rate` as sample_rate() says. Throws std::runtime_error when the library cannot be set up.
[[nodiscard]] std::unique_ptr<Decoder> make_decoder(const Format& format, std::uint32_t rate);
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(const Format& format, std::uint32_t rate);

}  // namespace media::codec
