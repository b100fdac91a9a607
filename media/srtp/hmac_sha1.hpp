// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace media::srtp {

/// HMAC-SHA1 with the two pad blocks hashed once per key (RFC 2104 section 4). Nothing is
/// allocated per message.
class HmacSha1 {
 public:
  using Digest = std::array<std::uint8_t, 20>;

  explicit HmacSha1(std::span<const std::uint8_t> key);
  /// Over the message followed by `suffix` (SRTP's rollover counter; may be empty).
  [[nodiscard]] Digest sign(std::span<const std::byte> message,
                            std::span<const std::byte> suffix) const noexcept;

 private:
  struct alignas(8) HashState {
    std::array<std::byte, 96> octets;
  };
  HashState inner_{};
  HashState outer_{};
};

}  // namespace media::srtp
