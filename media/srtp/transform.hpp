// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "media/srtp/profile.hpp"

namespace media::srtp {

/// Replay state of one SSRC (RFC 3711 3.2.3), fixed layout: it lives in the call table, so that a
/// restarted process goes on where the last one stopped.
struct StreamState {
  static constexpr std::size_t window_bits = 128;  // RFC 3711 wants 64 or more

  std::uint32_t ssrc = 0;
  std::uint8_t rtp_used = 0;  // a packet of this stream was seen or sent
  std::uint8_t rtcp_used = 0;
  std::uint8_t claimed = 0;  // the entry belongs to `ssrc`
  std::uint8_t reserved = 0;
  std::uint64_t rtp_index = 0;  // highest 48-bit index, rollover counter in the upper 32 bits
  std::array<std::uint64_t, 2> rtp_window{};  // bit n: index `rtp_index - n` was seen
  std::uint32_t rtcp_index = 0;               // highest SRTCP index
  std::uint32_t reserved2 = 0;
  std::array<std::uint64_t, 2> rtcp_window{};
};

/// The streams of one direction under one master key. Nothing is evicted: forgetting a stream
/// would let its packets be replayed.
struct DirectionState {
  static constexpr std::size_t max_streams = 12;
  std::array<StreamState, max_streams> streams{};
};

enum class Status : std::uint8_t {
  ok,
  malformed,  // RTP-19: not a packet of version 2 with all its parts inside the datagram
  replayed,   // seen already, or older than the window; when sending: index used already
  unauthenticated,
  unencrypted,       // SRTCP with the E bit clear
  too_many_streams,  // more SSRCs than DirectionState holds
  exhausted,         // the key's index space is used up (RFC 3711 9.2)
  no_room,           // the buffer cannot take the trailer
};

enum class Direction : std::uint8_t { protect, unprotect };

/// What does the cryptography: our own code on the processor's AES instructions (OpenSSL where it
/// has none), OpenSSL, or libsrtp as a whole.
enum class Backend : std::uint8_t { native, openssl, libsrtp };

/// One direction of one SRTP session under one master key. Works in place and neither allocates
/// nor throws per packet. `buffer` is all the room there is, `size` the packet's length within it;
/// both functions change `size` and leave it alone when the status is not ok.
class Transform {
 public:
  virtual ~Transform() = default;
  Transform() = default;
  Transform(const Transform&) = delete;
  Transform& operator=(const Transform&) = delete;

  /// Brings what a packet will touch into the cache: keys and hash powers stand in one piece.
  void prefetch() const {
    constexpr std::size_t line = 64;
    const auto* begin = reinterpret_cast<const std::byte*>(this);
    for (std::size_t at = 0; at < 5 * line; at += line) __builtin_prefetch(begin + at);
  }

  [[nodiscard]] virtual Status rtp(std::span<std::byte> buffer, std::size_t& size) noexcept = 0;
  [[nodiscard]] virtual Status rtcp(std::span<std::byte> buffer, std::size_t& size) noexcept = 0;
};

/// `state` must outlive the transform; a state that is not empty is continued.
[[nodiscard]] std::unique_ptr<Transform> make_transform(Backend backend, Direction direction,
                                                        Profile profile, const MasterKey& key,
                                                        DirectionState& state);

}  // namespace media::srtp
