// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "media/codec/coder.hpp"
#include "media/codec/resampler.hpp"

namespace media::codec {

/// An RTP packet's part that transcoding is about.
struct Packet {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  std::span<const std::byte> payload;
};

struct TranscoderCounters {
  std::uint64_t decoded = 0;    // payloads
  std::uint64_t malformed = 0;  // payloads
  std::uint64_t late = 0;       // packets that came after their turn, or twice
  std::uint64_t concealed = 0;  // milliseconds of sound made up
  std::uint64_t encoded = 0;    // payloads
};

/// One direction of a call whose sides share no codec: takes the RTP packets of one source in the
/// order they come, gives packets of the other codec. Losses are concealed (by in-band redundancy
/// where there is some), pauses of DTX stay pauses. Timestamps of what comes out keep the pace of
/// what came in. Allocates only when it is made.
class Transcoder {
 public:
  struct Start {
    std::uint16_t sequence = 0;
    std::uint32_t timestamp = 0;
  };

  /// Throws std::runtime_error when a codec cannot be set up.
  Transcoder(const Format& from, const Format& to, Start start);

  /// A new source (SSRC) begins with this packet when `fresh`.
  void handle_packet(const Packet& packet, bool fresh = false);
  /// A packet of the same source that is no sound, or is not to be heard: no loss.
  void skip(std::uint16_t sequence);
  /// The next packet to send; its payload is valid until the next call of a member.
  [[nodiscard]] std::optional<Packet> poll_packet();

  /// What the receiver of the packets that come out says: its loss, and its mode request (CMR),
  /// which comes with the packets of the other direction.
  void report_loss(std::uint8_t percent) { encoder_->report_loss(percent); }
  void request_mode(std::uint8_t mode) { encoder_->request_mode(mode); }
  [[nodiscard]] std::optional<std::uint8_t> take_mode_request() {
    return decoder_->take_mode_request();
  }
  [[nodiscard]] const TranscoderCounters& counters() const { return counters_; }

 private:
  // The longest packet at the highest rate, a concealed gap before it, a frame that waits.
  static constexpr std::size_t room = 48 * 120;
  static constexpr std::size_t waiting_room = 4 * room;

  void fill_gap(std::uint32_t gap, bool lost, std::span<const std::byte> next);
  void pause(std::uint32_t ticks);
  void append(ConstSamples pcm);
  /// Encodes the first frame that waits; nothing when the encoder has nothing to send.
  [[nodiscard]] std::optional<Packet> encode_frame(std::span<std::byte> payload);
  [[nodiscard]] std::size_t to_samples(std::uint32_t ticks) const;

  std::uint32_t clock_from_;
  std::uint32_t clock_to_;
  std::uint32_t rate_from_;
  std::uint32_t rate_to_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Encoder> encoder_;
  Resampler resampler_;
  TranscoderCounters counters_;

  bool started_ = false;
  std::uint16_t last_sequence_ = 0;
  std::uint32_t expected_timestamp_ = 0;

  std::uint16_t sequence_;
  std::uint32_t timestamp_;  // of the first waiting sample
  bool talkspurt_ = true;    // the next packet is the first after a pause
  std::size_t waiting_ = 0;
  std::array<std::int16_t, waiting_room> pcm_{};  // what waits to be encoded
  std::array<std::int16_t, room> decoded_{};
  std::array<std::int16_t, room + 1> resampled_{};
  std::array<std::byte, largest_payload> payload_{};
  std::optional<Packet> ready_;  // encoded before a pause
  std::array<std::byte, largest_payload> ready_payload_{};
};

}  // namespace media::codec
