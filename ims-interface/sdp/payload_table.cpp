// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/payload_table.hpp"

#include <algorithm>

#include "ims-interface/sdp/audio_format.hpp"

namespace ims::sdp {
namespace {

/// Bounds what a peer that renames its formats in every re-offer can make us keep.
constexpr std::size_t max_entries = 256;

std::size_t at(Side side) { return side == Side::wic ? 0 : 1; }

bool is_taken(const std::vector<OfferedCodec>& done, std::uint8_t payload) {
  return std::any_of(done.begin(), done.end(),
                     [&](const OfferedCodec& codec) { return codec.out.payload == payload; });
}

/// 64-95 would look like RTCP on a port that multiplexes (RFC 5761 4, MED-07).
bool collides_with_rtcp(std::uint8_t payload) { return payload >= 64 && payload <= 95; }

}  // namespace

std::vector<OfferedCodec> PayloadTable::translate(Side from, const std::vector<Codec>& codecs,
                                                  const std::vector<std::string>& own) {
  // Room for what this side numbers itself, before any number is invented for it.
  for (const Codec& codec : codecs) {
    for (Entry& entry : entries_) {
      if (entry.payload[at(from)] == codec.payload && !entry.format.same_format(codec)) {
        entry.payload[at(from)].reset();
      }
    }
  }
  std::vector<OfferedCodec> out;
  for (const Codec& codec : codecs) {
    const auto number = number_for(from, codec, out);
    if (!number) continue;
    Codec translated = codec;
    translated.payload = *number;
    out.push_back({codec, std::move(translated)});
  }
  add_own(from, own, out);
  add_missing_events(from, out);
  return out;
}

/// What the other side may need when it has none of the offered codecs; their order stays (MED-33).
void PayloadTable::add_own(Side from, const std::vector<std::string>& own,
                           std::vector<OfferedCodec>& codecs) {
  const auto source = std::find_if(codecs.begin(), codecs.end(), [](const OfferedCodec& c) {
    return audio_format_of(c.in).has_value();
  });
  if (source == codecs.end()) return;
  const Codec in = source->in;
  const std::size_t offered = codecs.size();
  for (const std::string& name : own) {
    const bool has =
        std::any_of(codecs.begin(), codecs.begin() + static_cast<std::ptrdiff_t>(offered),
                    [&](const OfferedCodec& codec) { return codec.in.is(name); });
    if (has) continue;
    for (Codec& out : own_formats(name)) {
      const auto number = number_for_own(other(from), out, codecs);
      if (!number) continue;
      out.payload = *number;
      codecs.push_back({in, std::move(out), true});
    }
  }
}

/// A browser that offers only 48 kHz events meets a phone that knows only 8 kHz ones, and the other
/// way round: the clock that the other side may need is offered too, and the media engine rescales.
void PayloadTable::add_missing_events(Side from, std::vector<OfferedCodec>& codecs) {
  auto event = std::find_if(codecs.begin(), codecs.end(),
                            [](const OfferedCodec& c) { return c.in.is_telephone_event(); });
  if (event == codecs.end()) return;
  const Codec in = event->in;
  std::vector<std::uint32_t> clocks{8000};
  for (const OfferedCodec& codec : codecs) {
    // A browser picks the clock of the codec it sends; phones are content with 8 kHz.
    if (from == Side::core && codec.in.is_medium()) clocks.push_back(codec.in.clock);
    if (codec.transcoded) clocks.push_back(codec.out.clock);
  }
  for (const std::uint32_t clock : clocks) {
    const bool known = std::any_of(codecs.begin(), codecs.end(), [&](const OfferedCodec& c) {
      return c.out.is_telephone_event() && c.out.clock == clock;
    });
    if (known) continue;
    Codec out = in;
    out.clock = clock;
    out.payload = 101;
    const auto number = number_for_own(other(from), out, codecs);
    if (!number) continue;
    out.payload = *number;
    codecs.push_back({in, std::move(out)});
  }
}

/// A format that only `side` sees: the same number again in every re-offer, best the codec's own.
std::optional<std::uint8_t> PayloadTable::number_for_own(Side side, const Codec& codec,
                                                         const std::vector<OfferedCodec>& done) {
  for (const Entry& entry : entries_) {
    const auto number = entry.payload[at(side)];
    if (number && same_framing(entry.format, codec) && !is_taken(done, *number)) return number;
  }
  const auto number = free_number(side, codec.payload);
  if (!number || entries_.size() >= max_entries) return std::nullopt;
  Entry added{.payload = {}, .format = codec};
  added.payload[at(side)] = *number;
  entries_.push_back(std::move(added));
  return number;
}

std::optional<std::uint8_t> PayloadTable::number_for(Side from, const Codec& codec,
                                                     const std::vector<OfferedCodec>& done) {
  const std::size_t here = at(from);
  const std::size_t there = at(other(from));
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (entry->payload[here] == codec.payload && entry->payload[there] &&
        !is_taken(done, *entry->payload[there])) {
      return *entry->payload[there];
    }
  }
  // A phone may number a codec anew in its own re-offer; the other side keeps the number it knows.
  std::optional<std::uint8_t> number;
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && !number; ++entry) {
    if (entry->format.same_format(codec) && entry->payload[there] &&
        !is_taken(done, *entry->payload[there])) {
      number = entry->payload[there];
    }
  }
  if (!number) number = free_number(other(from), codec.payload);
  if (!number || entries_.size() >= max_entries) return std::nullopt;
  Entry added{.payload = {}, .format = codec};
  added.payload[here] = codec.payload;
  added.payload[there] = *number;
  entries_.push_back(std::move(added));
  return number;
}

void PayloadTable::renumber(Side answerer, const OfferedCodec& offered, std::uint8_t payload) {
  if (entries_.size() >= max_entries) return;
  Entry added{.payload = {}, .format = offered.out};
  added.payload[at(answerer)] = payload;
  if (!offered.transcoded) added.payload[at(other(answerer))] = offered.in.payload;
  entries_.push_back(std::move(added));
}

std::optional<std::uint8_t> PayloadTable::free_number(Side side, std::uint8_t wanted) const {
  if (!is_used(side, wanted) && !collides_with_rtcp(wanted)) return wanted;
  for (unsigned number = 96; number < 128; ++number) {
    if (!is_used(side, static_cast<std::uint8_t>(number))) return static_cast<std::uint8_t>(number);
  }
  for (unsigned number = 35; number < 64; ++number) {
    if (!is_used(side, static_cast<std::uint8_t>(number))) return static_cast<std::uint8_t>(number);
  }
  return std::nullopt;
}

bool PayloadTable::is_used(Side side, std::uint8_t payload) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.payload[at(side)] == payload; });
}

}  // namespace ims::sdp
