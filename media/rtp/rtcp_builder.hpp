// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "media/rtp/octets.hpp"

namespace media::rtp {

enum RtcpType : std::uint8_t {
  sr = 200,
  rr = 201,
  sdes = 202,
  bye = 203,
  rtpfb = 205,
  psfb = 206,
  xr = 207,
};

/// Appends to a datagram; a packet that does not fit is left out whole.
class RtcpBuilder {
 public:
  explicit RtcpBuilder(std::span<std::byte> out) : out_(out) {}

  [[nodiscard]] std::span<std::byte> append(std::uint8_t count, std::uint8_t type,
                                            std::size_t body) {
    if (out_.size() - size_ < 4 + body) return {};
    store8(out_, size_, static_cast<std::uint8_t>(0x80U | count));
    store8(out_, size_ + 1, type);
    store16(out_, size_ + 2, static_cast<std::uint16_t>(body / 4));
    const auto span = out_.subspan(size_ + 4, body);
    size_ += 4 + body;
    return span;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::span<std::byte> out_;
  std::size_t size_ = 0;
};

/// SDES with the CNAME alone.
void append_cname(RtcpBuilder& builder, std::uint32_t ssrc, std::string_view cname);

}  // namespace media::rtp
