// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/settle.hpp"

#include <algorithm>

#include "ims-interface/sdp/audio_format.hpp"
#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

/// An answered codec with the offer's entry that it accepts.
struct Pair {
  OfferedCodec offered;
  Codec answered;  // in the answerer's numbers
};

/// Of the preferred codec, on both sides.
struct Clocks {
  std::uint32_t offerer = 0;
  std::uint32_t answerer = 0;
};

const OfferedCodec* match(const Stream& stream, const Codec& answered) {
  for (const bool by_number : {true, false}) {
    for (const OfferedCodec& offered : stream.offered) {
      const bool same_number = offered.out.payload == answered.payload;
      const bool same = offered.transcoded && !by_number ? same_framing(offered.out, answered)
                                                         : offered.out.same_format(answered);
      if (same && (same_number || !by_number)) return &offered;
    }
  }
  return nullptr;
}

PayloadMapping mapping(Side answerer, const Codec& offerer, const Codec& answer,
                       std::uint8_t number) {
  PayloadMapping out{.wic = offerer.payload,
                     .core = number,
                     .wic_clock = offerer.clock,
                     .core_clock = answer.clock,
                     .telephone_event = answer.is_telephone_event()};
  if (answerer == Side::wic) {
    std::swap(out.wic, out.core);
    std::swap(out.wic_clock, out.core_clock);
  }
  return out;
}

void accept(Stream& stream, Side answerer, const Codec& offerer, const OfferedCodec& offered,
            const Codec& answer) {
  Codec told = answer;  // with the answerer's parameters, which the offerer must hear
  told.payload = offerer.payload;
  told.name = offerer.name;
  told.clock = offerer.clock;
  stream.answered.push_back(std::move(told));
  stream.payloads.push_back(mapping(answerer, offerer, answer, answer.payload));
  if (offered.out.payload != answer.payload) {
    stream.payloads.push_back(mapping(answerer, offerer, answer, offered.out.payload));
    stream.payload_table.renumber(answerer, offered, answer.payload);
  }
}

/// The event format for a codec's clock; 8 kHz where there is none (MED-35).
template <class Events, class ClockOf>
auto event_for(const Events& events, std::uint32_t clock, ClockOf clock_of) {
  for (const std::uint32_t wanted : {clock, std::uint32_t{8000}}) {
    auto at = std::find_if(events.begin(), events.end(),
                           [&](const auto& event) { return clock_of(event) == wanted; });
    if (at != events.end()) return at;
  }
  return events.begin();
}

std::string_view packet_time_of(const Stream& stream, Side side) {
  return value_of(stream.on(side).passing, "ptime");
}

/// The offerer's codec that is or would be turned into the answerer's: one that passes too where
/// there is one, else the first that is spoken here.
Codec source_of(const Stream& stream, const Pair& pair) {
  for (const Codec& codec : stream.answered) {
    if (audio_format_of(codec)) return codec;
  }
  return pair.offered.in;
}

/// A codec of ours that the answerer took. Where others pass, it may still send this one; the
/// offerer hears of it only when it is all there is (MED-33).
bool accept_transcoded(Stream& stream, Side answerer, const Pair& pair) {
  const Side offerer = other(answerer);
  const Codec source = source_of(stream, pair);
  const auto there = audio_format_of(pair.answered, packet_time_of(stream, answerer));
  const auto here = audio_format_of(source, packet_time_of(stream, offerer));
  if (!there || !here) return false;
  if (stream.answered.empty()) stream.answered.push_back(answer_to(source, *there));
  PayloadMapping made = mapping(answerer, source, pair.answered, pair.answered.payload);
  made.transcoded = true;
  stream.payloads.push_back(made);
  if (pair.offered.out.payload != pair.answered.payload) {
    (answerer == Side::wic ? made.wic : made.core) = pair.offered.out.payload;
    stream.payloads.push_back(made);
    stream.payload_table.renumber(answerer, pair.offered, pair.answered.payload);
  }
  stream.transcoding =
      answerer == Side::wic ? Transcoding{*there, *here} : Transcoding{*here, *there};
  return true;
}

void note_codec(Stream& stream, Side answerer, const Codec& answered) {
  const auto told = std::find_if(stream.answered.begin(), stream.answered.end(),
                                 [](const Codec& codec) { return codec.is_medium(); });
  const Codec& wic = answerer == Side::wic ? answered : *told;
  const Codec& core = answerer == Side::wic ? *told : answered;
  stream.codec = lower(wic.name);
  stream.wic_format = audio_format_of(wic, packet_time_of(stream, Side::wic));
  stream.core_format = audio_format_of(core, packet_time_of(stream, Side::core));
}

/// One event mapping: the offerer's by the clock of the preferred codec, the answerer's likewise,
/// whether or not they are the same clock.
void accept_events(Stream& stream, Side answerer, const Clocks& clocks,
                   const std::vector<Pair>& answered) {
  std::vector<Codec> offered;
  for (const OfferedCodec& codec : stream.offered) {
    if (codec.in.is_telephone_event()) offered.push_back(codec.in);
  }
  if (answered.empty() || offered.empty()) return;
  const Codec offerer = *event_for(offered, clocks.offerer, [](const Codec& c) { return c.clock; });
  const Pair pair =
      *event_for(answered, clocks.answerer, [](const Pair& p) { return p.answered.clock; });
  accept(stream, answerer, offerer, pair.offered, pair.answered);
}

void settle_direction(Stream& stream, Side answerer) {
  const Direction offered = stream.on(other(answerer)).direction;
  stream.answer_direction = clamp(stream.on(answerer).direction, offered);
  const Direction wic = answerer == Side::wic ? stream.answer_direction
                                              : Direction{stream.answer_direction.receive,
                                                          stream.answer_direction.send};
  stream.wic_to_core = wic.send;
  stream.core_to_wic = wic.receive;
}

}  // namespace

bool settle(Stream& stream, Side answerer, const std::vector<Codec>& codecs) {
  stream.answered.clear();
  stream.payloads.clear();
  stream.transcoding.reset();
  std::vector<Pair> passing;
  std::vector<Pair> own;
  std::vector<Pair> events;
  for (const Codec& codec : codecs) {
    const OfferedCodec* found = match(stream, codec);
    if (found == nullptr) continue;
    auto& kind = codec.is_telephone_event() ? events : found->transcoded ? own : passing;
    kind.push_back({*found, codec});
  }
  const auto medium = std::find_if(passing.begin(), passing.end(),
                                   [](const Pair& pair) { return pair.answered.is_medium(); });
  Clocks clocks;
  if (medium != passing.end()) {
    clocks = {medium->offered.in.clock, medium->answered.clock};
    for (const Pair& pair : passing) {
      accept(stream, answerer, pair.offered.in, pair.offered, pair.answered);
    }
  }
  const auto taken = std::find_if(own.begin(), own.end(), [&](const Pair& pair) {
    return accept_transcoded(stream, answerer, pair);
  });
  if (medium == passing.end()) {
    if (taken == own.end()) return false;
    clocks = {stream.answered.front().clock, taken->answered.clock};
  }
  note_codec(stream, answerer, medium != passing.end() ? medium->answered : taken->answered);
  accept_events(stream, answerer, clocks, events);
  settle_direction(stream, answerer);
  return true;
}

}  // namespace ims::sdp
