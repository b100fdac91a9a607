// SPDX-License-Identifier: Apache-2.0
#include "media/codec/transcoder.hpp"

#include <algorithm>
#include <utility>

namespace media::codec {
namespace {

// More is not made up: the listener hears a break then, as with any receiver.
constexpr std::uint32_t longest_concealment_ms = 100;
// A sequence number this far back is no late packet but a source that began anew.
constexpr std::int16_t reordered_at_most = 1000;
// A jump of the timestamps that is no pause: the source has begun anew.
constexpr std::uint32_t longest_pause_s = 30;

}  // namespace

Transcoder::Transcoder(const Format& from, const Format& to, Start start)
    : clock_from_(clock_rate(from.codec)),
      clock_to_(clock_rate(to.codec)),
      rate_from_(sample_rate(from.codec, to.codec)),
      rate_to_(sample_rate(to.codec, from.codec)),
      decoder_(make_decoder(from, rate_from_)),
      encoder_(make_encoder(to, rate_to_)),
      resampler_(rate_from_, rate_to_),
      sequence_(start.sequence),
      timestamp_(start.timestamp) {}

std::size_t Transcoder::to_samples(std::uint32_t ticks) const {
  return static_cast<std::size_t>(std::uint64_t{ticks} * rate_from_ / clock_from_);
}

void Transcoder::handle_packet(const Packet& packet, bool fresh) {
  if (!started_ || fresh) {
    started_ = true;
    talkspurt_ = true;
  } else {
    const auto steps = static_cast<std::int16_t>(packet.sequence - last_sequence_);
    if (steps <= 0 && steps > -reordered_at_most) {
      ++counters_.late;
      return;
    }
    const auto gap = static_cast<std::int32_t>(packet.timestamp - expected_timestamp_);
    // Times that went back without the sequence are a source that began anew: it goes on from here.
    if (gap > 0) fill_gap(static_cast<std::uint32_t>(gap), steps > 1, packet.payload);
  }
  last_sequence_ = packet.sequence;
  const std::size_t count = decoder_->decode(packet.payload, decoded_);
  expected_timestamp_ = packet.timestamp +
                        static_cast<std::uint32_t>(std::uint64_t{count} * clock_from_ / rate_from_);
  if (count == 0) {
    ++counters_.malformed;
    return;
  }
  ++counters_.decoded;
  append(std::span(decoded_).first(count));
}

void Transcoder::skip(std::uint16_t sequence) {
  if (static_cast<std::int16_t>(sequence - last_sequence_) > 0) last_sequence_ = sequence;
}

void Transcoder::fill_gap(std::uint32_t gap, bool lost, std::span<const std::byte> next) {
  if (gap > clock_from_ * longest_pause_s) return;
  const std::uint32_t concealable = clock_from_ / 1000 * longest_concealment_ms;
  if (!lost || gap > concealable) return pause(gap);
  const Samples pcm = std::span(decoded_).first(to_samples(gap));
  decoder_->conceal(next, pcm);
  counters_.concealed += gap / (clock_from_ / 1000);
  append(pcm);
}

void Transcoder::pause(std::uint32_t ticks) {
  if (waiting_ > 0) {
    // What waits is less than a frame: completed with silence it goes before the pause.
    const std::size_t missing = encoder_->frame_size() - waiting_;
    std::fill_n(pcm_.begin() + static_cast<std::ptrdiff_t>(waiting_), missing, std::int16_t{0});
    waiting_ += missing;
    ready_ = encode_frame(ready_payload_);
    ticks -= std::min(ticks,
                      static_cast<std::uint32_t>(std::uint64_t{missing} * clock_from_ / rate_to_));
  }
  timestamp_ += static_cast<std::uint32_t>(std::uint64_t{ticks} * clock_to_ / clock_from_);
  talkspurt_ = true;
}

void Transcoder::append(ConstSamples pcm) {
  const std::size_t count = resampler_.convert(pcm, resampled_);
  const std::size_t taken = std::min(count, pcm_.size() - waiting_);
  std::copy_n(resampled_.begin(), taken, pcm_.begin() + static_cast<std::ptrdiff_t>(waiting_));
  waiting_ += taken;
}

std::optional<Packet> Transcoder::encode_frame(std::span<std::byte> payload) {
  const std::size_t frame = encoder_->frame_size();
  const std::size_t size = encoder_->encode(std::span(pcm_).first(frame), payload);
  std::copy(pcm_.begin() + static_cast<std::ptrdiff_t>(frame),
            pcm_.begin() + static_cast<std::ptrdiff_t>(waiting_), pcm_.begin());
  waiting_ -= frame;
  const std::uint32_t timestamp = timestamp_;
  timestamp_ += static_cast<std::uint32_t>(std::uint64_t{frame} * clock_to_ / rate_to_);
  if (size == 0) {
    talkspurt_ = true;
    return std::nullopt;
  }
  ++counters_.encoded;
  return Packet{sequence_++, timestamp, std::exchange(talkspurt_, false), payload.first(size)};
}

std::optional<Packet> Transcoder::poll_packet() {
  if (ready_) return std::exchange(ready_, std::nullopt);
  while (waiting_ >= encoder_->frame_size()) {
    if (auto packet = encode_frame(payload_)) return packet;
  }
  return std::nullopt;
}

}  // namespace media::codec
