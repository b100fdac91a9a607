// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "media/srtp/transform.hpp"

/// Packet indices and replay windows of RFC 3711 3.3.1, 3.3.2.
namespace media::srtp {

inline constexpr std::uint64_t max_rtp_index = (1ULL << 48U) - 1;
inline constexpr std::uint32_t max_rtcp_index = (1U << 31U) - 1;

/// The index this sequence number most likely has; nothing when it would lie before the stream's
/// first rollover period.
[[nodiscard]] std::optional<std::uint64_t> guess_index(const StreamState& stream,
                                                       std::uint16_t sequence) noexcept;

[[nodiscard]] bool is_fresh_rtp(const StreamState& stream, std::uint64_t index) noexcept;
[[nodiscard]] bool is_fresh_rtcp(const StreamState& stream, std::uint32_t index) noexcept;
void commit_rtp(StreamState& stream, std::uint64_t index) noexcept;
void commit_rtcp(StreamState& stream, std::uint32_t index) noexcept;

/// The stream's entry, or nullptr when it was never claimed.
[[nodiscard]] StreamState* find_stream(DirectionState& state, std::uint32_t ssrc) noexcept;
/// A new entry, or nullptr when all are in use.
[[nodiscard]] StreamState* claim_stream(DirectionState& state, std::uint32_t ssrc) noexcept;
[[nodiscard]] bool is_empty(const DirectionState& state) noexcept;

}  // namespace media::srtp
