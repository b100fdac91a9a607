// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/settle.hpp"

#include <algorithm>

#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

/// An answered codec with the offer's entry that it accepts.
struct Pair {
  OfferedCodec offered;
  Codec answered;  // in the answerer's numbers
};

const OfferedCodec* match(const Stream& stream, const Codec& answered) {
  for (const bool by_number : {true, false}) {
    for (const OfferedCodec& offered : stream.offered) {
      const bool same_number = offered.out.payload == answered.payload;
      if (offered.out.same_format(answered) && (same_number || !by_number)) return &offered;
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

/// One event mapping: the offerer's by the clock of the preferred codec, the answerer's likewise,
/// whether or not they are the same clock.
void accept_events(Stream& stream, Side answerer, std::uint32_t clock,
                   const std::vector<Pair>& answered) {
  std::vector<Codec> offered;
  for (const OfferedCodec& codec : stream.offered) {
    if (codec.in.is_telephone_event()) offered.push_back(codec.in);
  }
  if (answered.empty() || offered.empty()) return;
  const Codec offerer = *event_for(offered, clock, [](const Codec& c) { return c.clock; });
  const Pair pair = *event_for(answered, clock, [](const Pair& p) { return p.answered.clock; });
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
  std::vector<Pair> events;
  std::optional<std::uint32_t> clock;
  for (const Codec& codec : codecs) {
    const OfferedCodec* found = match(stream, codec);
    if (found == nullptr) continue;
    const OfferedCodec offered = *found;
    if (codec.is_telephone_event()) {
      events.push_back({offered, codec});
      continue;
    }
    if (codec.is_medium() && !clock) {
      clock = codec.clock;
      stream.codec = lower(codec.name);
    }
    accept(stream, answerer, offered.in, offered, codec);
  }
  if (!clock) return false;
  accept_events(stream, answerer, *clock, events);
  settle_direction(stream, answerer);
  return true;
}

}  // namespace ims::sdp
