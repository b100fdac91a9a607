// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdlib>

#include "media/rtp/header.hpp"
#include "media/rtp/rtcp.hpp"

/// Any bytes as RTP and as RTCP. What the translation writes must be well-formed itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto header = media::rtp::parse_header(bytes)) {
    if (media::rtp::padding_is_valid(bytes, *header)) {
      if (media::rtp::payload_size(bytes, *header) > size) std::abort();
    }
  }
  media::rtp::RtcpMapping mapping;
  mapping.has_source = mapping.has_original = mapping.extended_reports = true;
  mapping.feedback = media::full_feedback;
  mapping.cname = "cname";
  std::array<std::byte, 1400> out{};
  const auto once = media::rtp::translate_rtcp(bytes, out, mapping);
  if (once.status != media::rtp::RtcpStatus::translated) return 0;
  std::array<std::byte, 1400> again{};
  const auto twice = media::rtp::translate_rtcp(std::span(out).first(once.size), again, mapping);
  if (twice.status != media::rtp::RtcpStatus::translated) std::abort();
  return 0;
}
