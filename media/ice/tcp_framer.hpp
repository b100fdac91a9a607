// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace media::ice {

/// Finds the packets of a TCP candidate's stream, each behind its length in two octets (RFC 4571,
/// RFC 6544 section 3). Read into space(), say added(), then take packets until there is none.
class TcpFramer {
 public:
  /// A longer packet than any that UDP would bring here breaks the stream.
  static constexpr std::size_t longest = 2000;

  TcpFramer() : buffer_(4096) {}

  /// Where the next octets go; what next() returned before is void then. Never empty.
  [[nodiscard]] std::span<std::byte> space();
  void added(std::size_t size) { end_ += size; }

  /// The next whole packet, not empty; none: more octets must come, or the stream is broken.
  [[nodiscard]] std::optional<std::span<const std::byte>> next();
  [[nodiscard]] bool is_broken() const { return broken_; }

  [[nodiscard]] static std::array<std::byte, 2> header(std::size_t size);

 private:
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool broken_ = false;
};

}  // namespace media::ice
