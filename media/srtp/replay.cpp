// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/replay.hpp"

namespace media::srtp {
namespace {

using Window = std::array<std::uint64_t, 2>;

bool is_fresh(bool used, std::uint64_t highest, const Window& window,
              std::uint64_t index) noexcept {
  if (!used || index > highest) return true;
  const std::uint64_t age = highest - index;
  if (age >= StreamState::window_bits) return false;
  return (window[age / 64] >> (age % 64) & 1U) == 0;
}

void shift(Window& window, std::uint64_t by) noexcept {
  if (by >= StreamState::window_bits) {
    window = {};
  } else if (by >= 64) {
    window = {0, window[0] << (by - 64)};
  } else if (by > 0) {
    window = {window[0] << by, window[1] << by | window[0] >> (64 - by)};
  }
}

/// Marks the index in the window that ends at the higher of the two; returns the new highest.
std::uint64_t mark(bool used, std::uint64_t highest, Window& window, std::uint64_t index) noexcept {
  if (!used) {
    window = {1, 0};
    return index;
  }
  if (index > highest) {
    shift(window, index - highest);
    window[0] |= 1U;
    return index;
  }
  const std::uint64_t age = highest - index;
  if (age < StreamState::window_bits) window[age / 64] |= 1ULL << (age % 64);
  return highest;
}

}  // namespace

std::optional<std::uint64_t> guess_index(const StreamState& stream,
                                         std::uint16_t sequence) noexcept {
  if (stream.rtp_used == 0) return sequence;
  const auto highest = static_cast<std::uint16_t>(stream.rtp_index & 0xffffU);
  const std::uint64_t rollover = stream.rtp_index >> 16U;
  if (highest < 0x8000U && sequence > highest + 0x8000U) {
    if (rollover == 0) return std::nullopt;
    return (rollover - 1) << 16U | sequence;
  }
  if (highest >= 0x8000U && highest - 0x8000U > sequence) return (rollover + 1) << 16U | sequence;
  return rollover << 16U | sequence;
}

bool is_fresh_rtp(const StreamState& stream, std::uint64_t index) noexcept {
  return is_fresh(stream.rtp_used != 0, stream.rtp_index, stream.rtp_window, index);
}

bool is_fresh_rtcp(const StreamState& stream, std::uint32_t index) noexcept {
  return is_fresh(stream.rtcp_used != 0, stream.rtcp_index, stream.rtcp_window, index);
}

void commit_rtp(StreamState& stream, std::uint64_t index) noexcept {
  stream.rtp_index = mark(stream.rtp_used != 0, stream.rtp_index, stream.rtp_window, index);
  stream.rtp_used = 1;
}

void commit_rtcp(StreamState& stream, std::uint32_t index) noexcept {
  stream.rtcp_index = static_cast<std::uint32_t>(
      mark(stream.rtcp_used != 0, stream.rtcp_index, stream.rtcp_window, index));
  stream.rtcp_used = 1;
}

StreamState* find_stream(DirectionState& state, std::uint32_t ssrc) noexcept {
  for (StreamState& stream : state.streams) {
    if (stream.claimed == 0) return nullptr;
    if (stream.ssrc == ssrc) return &stream;
  }
  return nullptr;
}

StreamState* claim_stream(DirectionState& state, std::uint32_t ssrc) noexcept {
  for (StreamState& stream : state.streams) {
    if (stream.claimed != 0) continue;
    stream = StreamState{};
    stream.ssrc = ssrc;
    stream.claimed = 1;
    return &stream;
  }
  return nullptr;
}

bool is_empty(const DirectionState& state) noexcept { return state.streams[0].claimed == 0; }

}  // namespace media::srtp
