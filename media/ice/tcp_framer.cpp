// SPDX-License-Identifier: Apache-2.0
#include "media/ice/tcp_framer.hpp"

#include <algorithm>

#include "media/rtp/octets.hpp"

namespace media::ice {

std::span<std::byte> TcpFramer::space() {
  // At most a packet that is not whole is left, so that half of the buffer is always free.
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  return std::span(buffer_).subspan(end_);
}

std::optional<std::span<const std::byte>> TcpFramer::next() {
  while (!broken_ && end_ - begin_ >= 2) {
    const std::size_t size = load16(buffer_, begin_);
    broken_ = size > longest;
    if (broken_ || end_ - begin_ < 2 + size) return std::nullopt;
    const std::span<const std::byte> packet = std::span(buffer_).subspan(begin_ + 2, size);
    begin_ += 2 + size;
    if (size != 0) return packet;
  }
  return std::nullopt;
}

std::array<std::byte, 2> TcpFramer::header(std::size_t size) {
  std::array<std::byte, 2> out{};
  store16(out, 0, static_cast<std::uint16_t>(size));
  return out;
}

}  // namespace media::ice
