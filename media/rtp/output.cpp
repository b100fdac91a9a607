// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/output.hpp"

#include <algorithm>
#include <chrono>

namespace media::rtp {
namespace {

/// Beyond this a jump is a source that began anew under its old SSRC, not loss (RFC 3550 A.1).
constexpr int max_jump = 1000;
constexpr std::uint32_t video_clock = 90'000;

std::uint32_t ticks_between(common::TimePoint from, common::TimePoint to, std::uint32_t clock) {
  using namespace std::chrono_literals;
  // Without a last packet (a restarted process) one packet time is as good a guess as any.
  const auto elapsed = from == common::TimePoint{} ? common::SteadyClock::duration(20ms)
                                                   : std::min<common::SteadyClock::duration>(
                                                         to - from, std::chrono::hours(1));
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count();
  return static_cast<std::uint32_t>(micros * clock / 1'000'000);
}

}  // namespace

void Output::reset(std::uint32_t ssrc, std::uint16_t sequence, std::uint32_t timestamp) {
  *state_ = OutputState{};
  state_->ssrc = ssrc;
  state_->highest_out = sequence;
  state_->last_timestamp = timestamp;
}

void Output::adopt(common::TimePoint now, const Header& header, const PayloadRoute& route) {
  state_->sequence_offset = static_cast<std::uint16_t>(state_->highest_out + 1U - header.sequence);
  const std::uint32_t clock = route.in_clock == 0 ? 8000 : route.in_clock;
  state_->timestamp_offset =
      state_->last_timestamp + ticks_between(last_packet_, now, clock) - header.timestamp;
  state_->highest_in = header.sequence;
  state_->source_ssrc = header.ssrc;
  state_->has_source = 1;
  state_->source_changed = 0;
  state_->resume_sequence = 0;
  state_->has_event_anchor = 0;
  state_->encodes = 0;
}

void Output::follow(const Header& header) {
  const auto step =
      static_cast<std::int16_t>(header.sequence - static_cast<std::uint16_t>(state_->highest_in));
  if (step > 0) state_->highest_in += static_cast<std::uint32_t>(step);
}

void Output::rewrite(common::TimePoint now, Header& header, const PayloadRoute& route) {
  const auto step =
      static_cast<std::int16_t>(header.sequence - static_cast<std::uint16_t>(state_->highest_in));
  const bool is_new = state_->has_source == 0 || state_->source_changed != 0 ||
                      state_->encodes != 0 || header.ssrc != state_->source_ssrc ||
                      step > max_jump || step < -max_jump;
  if (is_new) {
    adopt(now, header, route);
    // A new talk spurt for the receiver's jitter buffer; M means other things in these two.
    if (route.telephone_event == 0 && route.in_clock != video_clock) header.marker = true;
  } else if (state_->resume_sequence != 0) {
    state_->sequence_offset =
        static_cast<std::uint16_t>(state_->highest_out + 1U - header.sequence);
    state_->resume_sequence = 0;
    follow(header);
  } else {
    follow(header);
  }
  const bool rescaled = route.telephone_event != 0 && route.in_clock != route.out_clock;
  const auto sequence = static_cast<std::uint16_t>(header.sequence + state_->sequence_offset);
  header.timestamp =
      rescaled ? event_timestamp(header, route) : header.timestamp + state_->timestamp_offset;
  if (static_cast<std::int16_t>(sequence - state_->highest_out) > 0) {
    state_->highest_out = sequence;
    if (!rescaled) {
      state_->last_timestamp = header.timestamp;
      if (route.telephone_event == 0 && route.out_clock != 0) clock_ = route.out_clock;
    }
    last_packet_ = now;
  }
  header.sequence = sequence;
  header.ssrc = state_->ssrc;
  header.payload_type = route.payload_type;
}

std::uint32_t Output::event_timestamp(const Header& header, const PayloadRoute& route) {
  if (state_->has_event_anchor == 0) {
    state_->event_in = header.timestamp;
    state_->event_out = state_->last_timestamp;
    state_->has_event_anchor = 1;
  }
  const auto elapsed = static_cast<std::int32_t>(header.timestamp - state_->event_in);
  const std::int64_t scaled = std::int64_t{elapsed} * route.out_clock / route.in_clock;
  return state_->event_out + static_cast<std::uint32_t>(scaled);
}

Header Output::encoded(common::TimePoint now, std::uint32_t ssrc, std::uint8_t payload_type,
                       std::uint32_t clock, std::uint32_t timestamp, bool marker) {
  if (state_->has_source == 0 || state_->source_changed != 0 || state_->encodes == 0 ||
      state_->source_ssrc != ssrc) {
    state_->timestamp_offset =
        state_->last_timestamp + ticks_between(last_packet_, now, clock) - timestamp;
    state_->source_ssrc = ssrc;
    state_->has_source = 1;
    state_->source_changed = 0;
    state_->resume_sequence = 0;
    state_->has_event_anchor = 0;
    state_->encodes = 1;
    marker = true;
  }
  Header header;
  header.payload_type = payload_type;
  header.marker = marker;
  header.sequence = ++state_->highest_out;
  header.timestamp = timestamp + state_->timestamp_offset;
  header.ssrc = state_->ssrc;
  state_->last_timestamp = header.timestamp;
  last_packet_ = now;
  clock_ = clock;
  return header;
}

void Output::rewrite_event(common::TimePoint now, Header& header, const PayloadRoute& route) {
  if (state_->has_event_anchor == 0 || state_->event_in != header.timestamp) {
    state_->event_in = header.timestamp;
    state_->event_out = timestamp_at(now);
    state_->has_event_anchor = 1;
  }
  header.timestamp = state_->event_out;
  header.sequence = ++state_->highest_out;
  header.ssrc = state_->ssrc;
  header.payload_type = route.payload_type;
}

void Output::count(std::size_t payload_octets) {
  ++state_->packets;
  state_->octets += payload_octets;
}

Header Output::own(common::TimePoint now, std::uint8_t payload_type, std::uint32_t clock,
                   std::uint32_t ticks, bool first) {
  Header header;
  header.payload_type = payload_type;
  header.marker = first;
  header.sequence = ++state_->highest_out;
  state_->last_timestamp += first ? ticks_between(last_packet_, now, clock) : ticks;
  header.timestamp = state_->last_timestamp;
  header.ssrc = state_->ssrc;
  last_packet_ = now;
  clock_ = clock;
  state_->source_changed = 1;  // a relayed packet would begin a talk spurt of its own after this
  return header;
}

Header Output::event(common::TimePoint now, std::uint8_t payload_type, bool first) {
  if (first) state_->event_out = timestamp_at(now);
  Header header;
  header.payload_type = payload_type;
  header.marker = first;
  header.sequence = ++state_->highest_out;
  header.timestamp = state_->event_out;
  header.ssrc = state_->ssrc;
  state_->has_event_anchor = 0;
  state_->source_changed = 1;
  return header;
}

std::uint32_t Output::timestamp_at(common::TimePoint now) const {
  return state_->last_timestamp + ticks_between(last_packet_, now, clock_);
}

Header Output::keepalive(std::uint8_t payload_type) {
  Header header;
  header.payload_type = payload_type;
  header.sequence = ++state_->highest_out;
  header.timestamp = state_->last_timestamp;
  header.ssrc = state_->ssrc;
  state_->resume_sequence = 1;  // the source's next packet comes after this one
  return header;
}

}  // namespace media::rtp
