// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "common/time.hpp"
#include "media/rtp/header.hpp"

namespace media::rtp {

/// What a leg sends, fixed layout (call table): one SSRC for its whole life, with sequence numbers
/// and timestamps that go on whatever source feeds it (RTP-13).
struct OutputState {
  std::uint32_t ssrc = 0;
  std::uint32_t source_ssrc = 0;
  std::uint8_t has_source = 0;
  std::uint8_t source_changed = 0;   // the next packet comes from another source
  std::uint8_t resume_sequence = 0;  // the next packet follows a gap that we made (hold)
  std::uint8_t has_event_anchor = 0;
  std::uint8_t encodes = 0;           // the last sound came from a transcoder
  std::uint16_t sequence_offset = 0;  // out = in + offset
  std::uint16_t highest_out = 0;
  std::uint32_t timestamp_offset = 0;
  std::uint32_t highest_in = 0;  // extended by rollovers
  std::uint32_t last_timestamp = 0;
  std::uint32_t event_in = 0;  // one instant on both event clocks, where these differ (MED-35)
  std::uint32_t event_out = 0;
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;  // of payload, as sender reports count
};

/// How one packet's payload type is carried over.
struct PayloadRoute {
  std::uint8_t payload_type = 0;
  std::uint8_t mapped = 0;
  std::uint8_t telephone_event = 0;
  std::uint8_t transcoded = 0;  // goes to a transcoder, whose packets have `payload_type`
  std::uint32_t in_clock = 0;
  std::uint32_t out_clock = 0;
};

/// Rewrites headers toward one leg. A view over its OutputState; the time of the last packet is
/// all it keeps itself, and a restart may lose that.
class Output {
 public:
  explicit Output(OutputState& state) : state_(&state) {}

  /// First values; `sequence` should be under 2^15, so that packets lost at the start cannot hide a
  /// rollover from the receiver (RFC 3711 3.3.1).
  void reset(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp);

  /// Turns a source's header into the one to send.
  void rewrite(common::TimePoint now, Header& header, const PayloadRoute& route);
  /// Header of a packet that a transcoder made of `ssrc`'s sound, which `timestamp` counts in
  /// `clock`. It takes a sequence number of its own: packets are not carried over one by one.
  [[nodiscard]] Header encoded(common::TimePoint now, std::uint32_t ssrc, std::uint8_t payload_type,
                               std::uint32_t clock, std::uint32_t timestamp, bool marker);
  /// Turns a telephone-event's header beside such sound into the one to send (RFC 4733 2.5.1: one
  /// timestamp for a whole event).
  void rewrite_event(common::TimePoint now, Header& header, const PayloadRoute& route);
  /// After a packet was really sent.
  void count(std::size_t payload_octets);

  /// Another source feeds the leg from now on.
  void change_source() { state_->source_changed = 1; }
  /// The same source goes on after packets of it were held back.
  void resume() { state_->resume_sequence = 1; }
  /// Header of an empty keep-alive packet that takes a sequence number of its own.
  [[nodiscard]] Header keepalive(std::uint8_t payload_type);

  /// Header of our own sound's next packet, `ticks` of `clock` after the one before; `first`
  /// bridges the time since whatever was sent last, and marks a talk spurt.
  [[nodiscard]] Header own(common::TimePoint now, std::uint8_t payload_type, std::uint32_t clock,
                           std::uint32_t ticks, bool first);

  /// Header of a packet of an event of our own (RFC 4733 2.5.1); `first` begins it.
  [[nodiscard]] Header event(common::TimePoint now, std::uint8_t payload_type, bool first);

  /// RTP time of an instant, for a sender report.
  [[nodiscard]] std::uint32_t timestamp_at(common::TimePoint now) const;

  /// Ticks of what is sent as time.
  [[nodiscard]] std::chrono::microseconds duration_of(std::uint32_t ticks) const {
    return std::chrono::microseconds(std::uint64_t{ticks} * 1'000'000U / clock_);
  }

  [[nodiscard]] const OutputState& state() const { return *state_; }

 private:
  void adopt(common::TimePoint now, const Header& header, const PayloadRoute& route);
  void follow(const Header& header);
  [[nodiscard]] std::uint32_t event_timestamp(const Header& header, const PayloadRoute& route);

  OutputState* state_;
  common::TimePoint last_packet_{};
  std::uint32_t clock_ = 8000;
};

}  // namespace media::rtp
