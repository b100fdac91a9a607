// SPDX-License-Identifier: Apache-2.0
#include "media/rtp/rtcp.hpp"

#include <array>
#include <cstring>

#include "media/rtp/octets.hpp"

namespace media::rtp {
namespace {

enum Type : std::uint8_t { sr = 200, rr = 201, sdes = 202, bye = 203, rtpfb = 205, psfb = 206 };
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

/// Appends to a datagram; a packet that does not fit is left out whole.
class Builder {
 public:
  explicit Builder(std::span<std::byte> out) : out_(out) {}

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

void append_cname(Builder& builder, std::uint32_t ssrc, std::string_view cname) {
  const std::size_t items = 2 + cname.size() + 1;  // the list ends with a zero octet
  const auto body = builder.append(1, sdes, 4 + (items + 3) / 4 * 4);
  if (body.empty()) return;
  std::memset(body.data(), 0, body.size());
  store32(body, 0, ssrc);
  store8(body, 4, 1);
  store8(body, 5, static_cast<std::uint8_t>(cname.size()));
  std::memcpy(body.data() + 6, cname.data(), cname.size());
}

/// Reception reports on our stream, rewritten for its far source; returns how many were kept.
std::uint8_t translate_blocks(std::span<const std::byte> blocks, std::size_t count,
                              std::span<std::byte> out, const RtcpMapping& mapping) {
  std::uint8_t kept = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto block = blocks.subspan(i * block_size, block_size);
    if (!mapping.has_original || load32(block, 0) != mapping.reported_ssrc) continue;
    if (out.size() < (kept + 1U) * block_size) break;
    const auto to = out.subspan(kept * block_size, block_size);
    std::memcpy(to.data(), block.data(), block_size);
    store32(to, 0, mapping.original_ssrc);
    // The source's own rollover count: the one that puts the number nearest to what we received.
    const auto sequence = static_cast<std::uint16_t>(load32(block, 8) - mapping.sequence_offset);
    const auto distance =
        static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(mapping.original_highest));
    store32(to, 8, mapping.original_highest + static_cast<std::uint32_t>(std::int32_t{distance}));
    ++kept;
  }
  return kept;
}

struct Reports {
  std::span<const std::byte> sender_info;  // NTP time, RTP time, counts
  std::array<std::byte, max_blocks * block_size> blocks{};
  std::uint8_t block_count = 0;
  bool any = false;
};

bool read_report(const Part& part, const RtcpMapping& mapping, Reports& reports) {
  const std::size_t fixed = part.type == sr ? 24 : 4;
  if (part.body.size() < fixed + part.count * block_size) return false;
  reports.any = true;
  if (part.type == sr && mapping.has_source && load32(part.body, 0) == mapping.source_ssrc) {
    reports.sender_info = part.body.subspan(4, 20);
  }
  const std::size_t used = reports.block_count * block_size;
  reports.block_count = static_cast<std::uint8_t>(
      reports.block_count + translate_blocks(part.body.subspan(fixed), part.count,
                                             std::span(reports.blocks).subspan(used), mapping));
  return true;
}

void write_report(Builder& builder, const Reports& reports, const RtcpMapping& mapping) {
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

bool is_relayed_feedback(const Part& part, const RtcpMapping& mapping) {
  if (!mapping.feedback || !mapping.has_original || part.body.size() < 8) return false;
  if (part.type == rtpfb)
    return part.count == nack && load32(part.body, 4) == mapping.reported_ssrc;
  if (part.type != psfb) return false;
  if (part.count == pli) return load32(part.body, 4) == mapping.reported_ssrc;
  return part.count == fir && part.body.size() >= 16 &&
         load32(part.body, 8) == mapping.reported_ssrc;
}

void write_feedback(Builder& builder, const Part& part, const RtcpMapping& mapping) {
  // A FIR names its target in the entry, of which we carry on the first: it is ours.
  const bool is_fir = part.type == psfb && part.count == fir;
  const std::size_t size = is_fir ? 16 : part.body.size();
  const auto body = builder.append(part.count, part.type, size);
  if (body.empty()) return;
  std::memcpy(body.data(), part.body.data(), size);
  store32(body, 0, mapping.out_ssrc);
  store32(body, is_fir ? 8 : 4, mapping.original_ssrc);
  if (part.type != rtpfb) return;
  for (std::size_t at = 8; at + 4 <= size; at += 4) {
    store16(body, at, static_cast<std::uint16_t>(load16(body, at) - mapping.sequence_offset));
  }
}

}  // namespace

RtcpResult translate_rtcp(std::span<const std::byte> in, std::span<std::byte> out,
                          const RtcpMapping& mapping) noexcept {
  Reports reports;
  bool has_feedback = false;
  for (auto rest = in; !rest.empty();) {
    const auto part = take_part(rest);
    if (!part) return {RtcpStatus::malformed, 0};
    if ((part->type == sr || part->type == rr) && !read_report(*part, mapping, reports)) {
      return {RtcpStatus::malformed, 0};
    }
    has_feedback = has_feedback || is_relayed_feedback(*part, mapping);
  }
  if (!reports.any && !has_feedback) return {RtcpStatus::nothing_left, 0};
  Builder builder(out);
  write_report(builder, reports, mapping);
  append_cname(builder, mapping.out_ssrc, mapping.cname);
  if (has_feedback) {
    for (auto rest = in; !rest.empty();) {
      const auto part = take_part(rest);
      if (part && is_relayed_feedback(*part, mapping)) write_feedback(builder, *part, mapping);
    }
  }
  if (builder.size() == 0) return {RtcpStatus::nothing_left, 0};
  return {RtcpStatus::translated, builder.size()};
}

std::size_t write_bye(std::span<std::byte> out, std::uint32_t ssrc,
                      std::string_view cname) noexcept {
  Builder builder(out);
  const auto report = builder.append(0, rr, 4);
  if (report.empty()) return 0;
  store32(report, 0, ssrc);
  append_cname(builder, ssrc, cname);
  const auto body = builder.append(1, bye, 4);
  if (body.empty()) return 0;
  store32(body, 0, ssrc);
  return builder.size();
}

}  // namespace media::rtp
