// SPDX-License-Identifier: Apache-2.0
#include "media/dtmf/telephone_event.hpp"

#include "media/rtp/octets.hpp"

namespace media::dtmf {
namespace {

constexpr std::uint64_t longest_segment = 0xffff;

}  // namespace

std::uint32_t rescale_durations(std::span<std::byte> payload, std::uint32_t in_clock,
                                std::uint32_t out_clock) noexcept {
  if (in_clock == 0 || in_clock == out_clock) return 0;
  std::uint32_t shift = 0;
  for (std::size_t at = 0; at + event_size <= payload.size(); at += event_size) {
    const std::uint64_t scaled = std::uint64_t{load16(payload, at + 2)} * out_clock / in_clock;
    const std::uint64_t whole = scaled > longest_segment ? (scaled - 1) / longest_segment : 0;
    if (at == 0) shift = static_cast<std::uint32_t>(whole * longest_segment);
    store16(payload, at + 2, static_cast<std::uint16_t>(scaled - whole * longest_segment));
  }
  return shift;
}

void write_event(std::span<std::byte, event_size> payload, const TelephoneEvent& event) noexcept {
  constexpr unsigned volume = 10;
  store8(payload, 0, event.event);
  store8(payload, 1, static_cast<std::uint8_t>((event.end ? 0x80U : 0U) | volume));
  store16(payload, 2, event.duration);
}

}  // namespace media::dtmf
