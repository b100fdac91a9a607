// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "common/result.hpp"
#include "media/engine.hpp"

namespace media::codec {

/// A Sound as RTP payloads of 20 ms, ready to be sent. Immutable once made.
struct EncodedSound {
  static constexpr std::chrono::milliseconds frame_time{20};

  std::uint32_t clock = 8000;
  std::vector<std::byte> octets;
  std::vector<std::uint32_t> ends;  // of each frame within `octets`

  [[nodiscard]] std::size_t frames() const { return ends.size(); }
  [[nodiscard]] std::span<const std::byte> frame(std::size_t number) const;
  [[nodiscard]] std::uint32_t ticks() const { return clock / 50; }
};

/// The last frame is filled up with silence. Slow for Opus: not on a media thread.
[[nodiscard]] common::Result<EncodedSound> encode(const Sound& sound, Format format);

}  // namespace media::codec
