// SPDX-License-Identifier: Apache-2.0
#include "media/codec/amr_payload.hpp"

#include <algorithm>

#include "media/codec/bit_stream.hpp"

namespace media::codec {
namespace {

// TS 26.101 and TS 26.201 table 2; the last of each is comfort noise (SID).
constexpr std::array<std::uint16_t, 9> narrow_bits = {95, 103, 118, 134, 148, 159, 204, 244, 39};
constexpr std::array<std::uint16_t, 10> wide_bits = {132, 177, 253, 285, 317,
                                                     365, 397, 461, 477, 40};

void copy_bits(BitReader& from, std::size_t count, std::span<std::byte> to) {
  std::ranges::fill(to, std::byte{0});
  for (std::size_t i = 0; count > 0; ++i) {
    const std::size_t now = std::min<std::size_t>(count, 8);
    to[i] = static_cast<std::byte>(from.read(now) << (8 - now));
    count -= now;
  }
}

void copy_bits(std::span<const std::byte> from, std::size_t count, BitWriter& to) {
  for (std::size_t i = 0; count > 0; ++i) {
    const std::size_t now = std::min<std::size_t>(count, 8);
    to.write(std::to_integer<unsigned>(from[i]) >> (8 - now), now);
    count -= now;
  }
}

/// Table of contents; false when it does not end in time.
bool read_contents(BitReader& reader, bool octet_aligned, AmrPayload& out) {
  bool more = true;
  while (more) {
    if (out.count == max_amr_frames || reader.overrun()) return false;
    AmrFrame& frame = out.frames[out.count++];
    more = reader.read(1) != 0;
    frame.type = reader.read(4);
    frame.good = reader.read(1) != 0;
    if (octet_aligned) reader.align();
  }
  return true;
}

}  // namespace

std::uint8_t amr_mode_count(AmrBand band) { return band == AmrBand::narrow ? 8 : 9; }

std::uint8_t amr_sid(AmrBand band) { return amr_mode_count(band); }

std::optional<std::size_t> amr_frame_bits(AmrBand band, std::uint8_t type) {
  if (type == amr_no_data || (band == AmrBand::wide && type == amr_speech_lost)) return 0;
  const std::span<const std::uint16_t> bits =
      band == AmrBand::narrow ? std::span<const std::uint16_t>(narrow_bits) : wide_bits;
  if (type >= bits.size()) return std::nullopt;
  return bits[type];
}

bool parse_amr(AmrBand band, bool octet_aligned, std::span<const std::byte> payload,
               AmrPayload& out) {
  BitReader reader(payload);
  out.count = 0;
  out.mode_request = reader.read(4);
  if (octet_aligned) reader.align();
  if (!read_contents(reader, octet_aligned, out)) return false;
  for (std::size_t i = 0; i < out.count; ++i) {
    const auto bits = amr_frame_bits(band, out.frames[i].type);
    if (!bits) return false;
    copy_bits(reader, *bits, out.frames[i].bits);
    if (octet_aligned) reader.align();
  }
  return !reader.overrun() && reader.octets_read() == payload.size();
}

std::size_t write_amr(AmrBand band, bool octet_aligned, std::uint8_t mode_request,
                      std::span<const AmrFrame> frames, std::span<std::byte> out) {
  std::ranges::fill(out, std::byte{0});
  BitWriter writer(out);
  writer.write(mode_request, 4);
  if (octet_aligned) writer.align();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    writer.write(i + 1 < frames.size() ? 1 : 0, 1);
    writer.write(frames[i].type, 4);
    writer.write(frames[i].good ? 1 : 0, 1);
    if (octet_aligned) writer.align();
  }
  for (const AmrFrame& frame : frames) {
    const auto bits = amr_frame_bits(band, frame.type);
    if (!bits) return 0;
    copy_bits(frame.bits, *bits, writer);
    if (octet_aligned) writer.align();
  }
  return writer.overrun() ? 0 : writer.octets_written();
}

}  // namespace media::codec
