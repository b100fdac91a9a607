// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/rtcp.hpp"

#include <array>
#include <cstring>

#include "media/rtp/octets.hpp"
#include "media/rtp/rtcp_builder.hpp"

namespace media::rtp {
namespace {

constexpr std::uint8_t nack = 1;  // of RTPFB
constexpr std::uint8_t pli = 1;   // of PSFB
constexpr std::uint8_t fir = 4;   // of PSFB
constexpr std::size_t block_size = 24;
constexpr std::size_t max_blocks = 31;

struct Part {
  std::uint8_t count = 0;  // reception reports, or the feedback's format
  std::uint8_t type = 0;
  std::span<const std::byte> body;  // without the common header
};

/// The next packet of a compound one; nothing when it is malformed.
std::optional<Part> take_part(std::span<const std::byte>& rest) {
  if (rest.size() < 4) return std::nullopt;
  const std::uint8_t first = load8(rest, 0);
  const std::size_t size = 4 + 4U * load16(rest, 2);
  if (first >> 6U != 2 || size > rest.size()) return std::nullopt;
  Part part;
  part.count = first & 0x1fU;
  part.type = load8(rest, 1);
  part.body = rest.subspan(4, size - 4);
  if ((first & 0x20U) != 0) {
    if (part.body.empty()) return std::nullopt;
    const std::size_t padding = load8(part.body, part.body.size() - 1);
    if (padding == 0 || padding % 4 != 0 || padding > part.body.size()) return std::nullopt;
    part.body = part.body.first(part.body.size() - padding);
  }
  rest = rest.subspan(size);
  return part;
}

std::int32_t signed24(std::uint32_t value) {
  const std::uint32_t low = value & 0xffffffU;
  return static_cast<std::int32_t>(low ^ 0x800000U) - 0x800000;
}

ReceivedReport read_block(std::span<const std::byte> block) {
  ReceivedReport report;
  report.fraction_lost = load8(block, 4);
  report.lost = signed24(load32(block, 4));
  report.jitter = load32(block, 12);
  report.last_report = load32(block, 16);
  report.delay = load32(block, 20);
  return report;
}

struct Reports {
  std::span<const std::byte> sender_info;  // NTP time, RTP time, counts
  std::array<std::byte, max_blocks * block_size> blocks{};
  std::uint8_t block_count = 0;
  bool any = false;
};

/// Reception reports on our stream, rewritten for its far source.
void translate_blocks(std::span<const std::byte> blocks, std::size_t count,
                      const RtcpMapping& mapping, Reports& reports, RtcpResult& result) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto block = blocks.subspan(i * block_size, block_size);
    if (load32(block, 0) != mapping.reported_ssrc) continue;
    result.report = read_block(block);
    if (!mapping.has_original || reports.block_count == max_blocks) continue;
    const auto to = std::span(reports.blocks).subspan(reports.block_count * block_size, block_size);
    std::memcpy(to.data(), block.data(), block_size);
    store32(to, 0, mapping.original_ssrc);
    // The source's own rollover count: the one that puts the number nearest to what we received.
    const auto sequence = static_cast<std::uint16_t>(load32(block, 8) - mapping.sequence_offset);
    const auto distance =
        static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(mapping.original_highest));
    store32(to, 8, mapping.original_highest + static_cast<std::uint32_t>(std::int32_t{distance}));
    if (mapping.drop_timing) store64(to, 16, 0);
    ++reports.block_count;
  }
}

bool read_report(const Part& part, const RtcpMapping& mapping, Reports& reports,
                 RtcpResult& result) {
  const std::size_t fixed = part.type == sr ? 24 : 4;
  if (part.body.size() < fixed + part.count * block_size) return false;
  reports.any = true;
  if (part.type == sr && mapping.has_source && load32(part.body, 0) == mapping.source_ssrc) {
    reports.sender_info = part.body.subspan(4, 20);
    result.sender_report = load32(part.body, 6);
  }
  translate_blocks(part.body.subspan(fixed), part.count, mapping, reports, result);
  return true;
}

void write_reports(RtcpBuilder& builder, const Reports& reports, const RtcpMapping& mapping) {
  const bool sends = !reports.sender_info.empty();
  const std::size_t blocks = reports.block_count * block_size;
  const auto body =
      builder.append(reports.block_count, sends ? sr : rr, (sends ? 24U : 4U) + blocks);
  if (body.empty()) return;
  store32(body, 0, mapping.out_ssrc);
  if (sends) {
    std::memcpy(body.data() + 4, reports.sender_info.data(), 8);
    store32(body, 12, load32(reports.sender_info, 8) + mapping.timestamp_offset);
    store32(body, 16, mapping.packets);
    store32(body, 20, mapping.octets);
  }
  std::memcpy(body.data() + body.size() - blocks, reports.blocks.data(), blocks);
}

/// A keyframe request that means the stream we send to its sender.
bool is_keyframe_request(const Part& part, const RtcpMapping& mapping) {
  if (part.type != psfb || part.body.size() < 8) return false;
  if (part.count == pli) return load32(part.body, 4) == mapping.reported_ssrc;
  return part.count == fir && part.body.size() >= 16 &&
         load32(part.body, 8) == mapping.reported_ssrc;
}

/// A NACK of the stream that we send to its sender.
bool is_nack(const Part& part, const RtcpMapping& mapping) {
  return part.type == rtpfb && part.count == nack && part.body.size() >= 8 &&
         load32(part.body, 4) == mapping.reported_ssrc;
}

/// One entry of a NACK: a sequence number, and which of the 16 after it are missing too.
struct Missing {
  std::uint16_t first = 0;
  std::uint32_t mask = 0;  // bit n: first + n

  [[nodiscard]] std::uint16_t sequence(unsigned bit) const {
    return static_cast<std::uint16_t>(first + bit);
  }
};

Missing read_missing(std::span<const std::byte> body, std::size_t at) {
  return {load16(body, at), 1U | static_cast<std::uint32_t>(load16(body, at + 2)) << 1U};
}

/// Takes out what we hold; zero in the mask when nothing is left for the far source.
Missing without_held(Missing entry, const SentPackets* sent) {
  for (unsigned bit = 0; sent != nullptr && bit <= 16; ++bit) {
    if ((entry.mask >> bit & 1U) != 0 && sent->holds(entry.sequence(bit))) {
      entry.mask &= ~(1U << bit);
    }
  }
  while (entry.mask != 0 && (entry.mask & 1U) == 0) {
    entry.mask >>= 1U;
    ++entry.first;
  }
  return entry;
}

void note_held(const Part& part, const RtcpMapping& mapping, RtcpResult& result) {
  if (mapping.sent == nullptr) return;
  for (std::size_t at = 8; at + 4 <= part.body.size(); at += 4) {
    const Missing entry = read_missing(part.body, at);
    for (unsigned bit = 0; bit <= 16; ++bit) {
      if ((entry.mask >> bit & 1U) == 0 || !mapping.sent->holds(entry.sequence(bit))) continue;
      if (result.missing_count == result.missing.size()) return;
      result.missing[result.missing_count++] = entry.sequence(bit);
    }
  }
}

/// How many entries are left for the far source, if it may be told.
std::size_t relayed_entries(const Part& part, const RtcpMapping& mapping) {
  if (!mapping.feedback.nack || !mapping.has_original || !is_nack(part, mapping)) return 0;
  std::size_t count = 0;
  for (std::size_t at = 8; at + 4 <= part.body.size(); at += 4) {
    count += without_held(read_missing(part.body, at), mapping.sent).mask != 0 ? 1U : 0U;
  }
  return count;
}

void append_keyframe_request(RtcpBuilder& builder, std::uint32_t ssrc, std::uint32_t media_ssrc,
                             std::optional<std::uint8_t> fir_sequence) {
  const auto body = builder.append(fir_sequence ? fir : pli, psfb, fir_sequence ? 16 : 8);
  if (body.empty()) return;
  store32(body, 0, ssrc);
  store32(body, 4, fir_sequence ? 0 : media_ssrc);  // RFC 5104 4.3.1.2: a FIR's target is below
  if (!fir_sequence) return;
  store32(body, 8, media_ssrc);
  store32(body, 12, static_cast<std::uint32_t>(*fir_sequence) << 24U);
}

void append_nack(RtcpBuilder& builder, const Part& part, const RtcpMapping& mapping) {
  const std::size_t entries = relayed_entries(part, mapping);
  if (entries == 0) return;
  const auto body = builder.append(part.count, part.type, 8 + 4 * entries);
  if (body.empty()) return;
  store32(body, 0, mapping.out_ssrc);
  store32(body, 4, mapping.original_ssrc);
  std::size_t to = 8;
  for (std::size_t at = 8; at + 4 <= part.body.size(); at += 4) {
    const Missing entry = without_held(read_missing(part.body, at), mapping.sent);
    if (entry.mask == 0) continue;
    store16(body, to, static_cast<std::uint16_t>(entry.first - mapping.sequence_offset));
    store16(body, to + 2, static_cast<std::uint16_t>(entry.mask >> 1U));
    to += 4;
  }
}

/// Blocks of XR whose meaning survives us: both ends' clocks and their view of the call. Loss and
/// receipt lists name sequence numbers of another stream and end here.
void append_extended(RtcpBuilder& builder, const Part& part, const RtcpMapping& mapping) {
  constexpr std::uint8_t reference_time = 4;
  constexpr std::uint8_t since_reference = 5;
  constexpr std::uint8_t voip_metrics = 7;
  for (auto rest = part.body.subspan(4); rest.size() >= 4;) {
    const std::size_t size = 4 + 4U * load16(rest, 2);
    if (size > rest.size()) return;
    const auto block = rest.first(size);
    rest = rest.subspan(size);
    const std::uint8_t type = load8(block, 0);
    const bool names_stream = type == since_reference || type == voip_metrics;
    const bool whole = (type == reference_time && size == 12) ||
                       (type == since_reference && size == 16) ||
                       (type == voip_metrics && size == 36);
    if (!whole || (names_stream && load32(block, 4) != mapping.reported_ssrc)) continue;
    const auto body = builder.append(0, xr, 4 + size);
    if (body.empty()) return;
    store32(body, 0, mapping.out_ssrc);
    std::memcpy(body.data() + 4, block.data(), size);
    if (names_stream) store32(body, 8, mapping.original_ssrc);
  }
}

/// What a compound of our own begins with: an empty report and the name (RFC 3550 6.1). False when
/// there is no room.
bool begin_compound(RtcpBuilder& builder, std::uint32_t ssrc, std::string_view cname) noexcept {
  const auto report = builder.append(0, rr, 4);
  if (report.empty()) return false;
  store32(report, 0, ssrc);
  append_cname(builder, ssrc, cname);
  return true;
}

}  // namespace

RtcpResult translate_rtcp(std::span<const std::byte> in, std::span<std::byte> out,
                          const RtcpMapping& mapping) noexcept {
  RtcpResult result;
  Reports reports;
  bool wants_keyframe = false;
  std::optional<std::uint8_t> fir_sequence;
  bool relays_more = false;
  for (auto rest = in; !rest.empty();) {
    const auto part = take_part(rest);
    if (!part) return {};
    if ((part->type == sr || part->type == rr) && !read_report(*part, mapping, reports, result)) {
      return {};
    }
    if (is_keyframe_request(*part, mapping)) {
      wants_keyframe = true;
      if (part->count == fir) fir_sequence = load8(part->body, 12);
    }
    if (is_nack(*part, mapping)) note_held(*part, mapping, result);
    relays_more = relays_more || relayed_entries(*part, mapping) > 0;
  }
  const bool asks = mapping.feedback.pli || mapping.feedback.fir;
  result.keyframe_unmet = wants_keyframe && !asks;
  const bool requests = wants_keyframe && asks && mapping.has_original;
  const bool as_fir = mapping.feedback.fir && (fir_sequence || !mapping.feedback.pli);
  result.status = RtcpStatus::nothing_left;
  if (!reports.any && !requests && !relays_more) return result;
  RtcpBuilder builder(out);
  write_reports(builder, reports, mapping);
  append_cname(builder, mapping.out_ssrc, mapping.cname);
  if (requests) {
    // A FIR that is repeated keeps its number (RFC 5104 4.3.1.2); one for a PLI gets ours.
    result.sent_fir = as_fir && !fir_sequence;
    append_keyframe_request(
        builder, mapping.out_ssrc, mapping.original_ssrc,
        as_fir ? std::optional(fir_sequence.value_or(mapping.fir_sequence)) : std::nullopt);
  }
  for (auto rest = in; !rest.empty();) {
    const auto part = take_part(rest);
    if (!part) break;
    append_nack(builder, *part, mapping);
    if (part->type == xr && mapping.extended_reports && mapping.has_original &&
        part->body.size() >= 4) {
      append_extended(builder, *part, mapping);
    }
  }
  if (builder.size() == 0) return result;
  result.status = RtcpStatus::translated;
  result.size = builder.size();
  result.passed_report = reports.block_count > 0;
  result.passed_sender_report = !reports.sender_info.empty();
  return result;
}

std::size_t write_report(std::span<std::byte> out, std::uint32_t ssrc,
                         const std::optional<SenderInfo>& sender,
                         const std::optional<ReportBlock>& block, std::string_view cname) noexcept {
  RtcpBuilder builder(out);
  const auto body = builder.append(block ? 1 : 0, sender ? sr : rr,
                                   (sender ? 24U : 4U) + (block ? block_size : 0U));
  if (body.empty()) return 0;
  store32(body, 0, ssrc);
  if (sender) {
    store64(body, 4, sender->ntp);
    store32(body, 12, sender->timestamp);
    store32(body, 16, sender->packets);
    store32(body, 20, sender->octets);
  }
  if (block) {
    const auto to = body.last(block_size);
    store32(to, 0, block->ssrc);
    store32(to, 4,
            static_cast<std::uint32_t>(block->fraction_lost) << 24U |
                (static_cast<std::uint32_t>(block->lost) & 0xffffffU));
    store32(to, 8, block->highest);
    store32(to, 12, block->jitter);
    store32(to, 16, block->last_report);
    store32(to, 20, block->delay);
  }
  append_cname(builder, ssrc, cname);
  return builder.size();
}

std::size_t write_keyframe_request(std::span<std::byte> out, std::uint32_t ssrc,
                                   std::uint32_t media_ssrc,
                                   std::optional<std::uint8_t> fir_sequence,
                                   std::string_view cname) noexcept {
  RtcpBuilder builder(out);
  if (!begin_compound(builder, ssrc, cname)) return 0;
  append_keyframe_request(builder, ssrc, media_ssrc, fir_sequence);
  return builder.size();
}

std::size_t write_bye(std::span<std::byte> out, std::uint32_t ssrc,
                      std::string_view cname) noexcept {
  RtcpBuilder builder(out);
  if (!begin_compound(builder, ssrc, cname)) return 0;
  const auto body = builder.append(1, bye, 4);
  if (body.empty()) return 0;
  store32(body, 0, ssrc);
  return builder.size();
}

}  // namespace media::rtp
