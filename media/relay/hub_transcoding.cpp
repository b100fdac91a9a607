// SPDX-License-Identifier: Apache-2.0
// Hub: sound on its way to the transcoders and back.
#include <utility>

#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"

namespace media::relay {
void Hub::queue_transcoding(
    const Leg& leg,
    std::variant<TranscodingStart, TranscodingEnd, SoundPacket, ReceiverLoss> what) {
  transcodings_.push_back(
      {CallId{leg.record->call_id}, LegId{leg.record->leg_id}, leg.slot, std::move(what)});
}

std::optional<TranscodingWork> Hub::poll_transcoding() {
  if (transcodings_.empty()) return std::nullopt;
  TranscodingWork work = std::move(transcodings_.front());
  transcodings_.pop_front();
  return work;
}

/// Begins, ends or replaces what transcodes `from`'s sound, as its route says; one that fits stays,
/// so that a hold or a session refresh is not heard.
void Hub::set_transcoding(Leg& from, Leg& to) {
  const table::RouteRecord& route = from.record->route;
  if (route.transcodes == 0) {
    if (std::exchange(from.transcodes, false)) queue_transcoding(from, TranscodingEnd{});
    from.transcoding.begun = false;
    return;
  }
  Leg::Transcoding& own = from.transcoding;
  const LegId destination{to.record->leg_id};
  if (from.transcodes && own.to == destination && own.source == route.source &&
      own.destination == route.destination) {
    return;
  }
  from.transcodes = true;
  const std::uint32_t number = own.number + 1;
  own = {};
  own.number = number;
  own.to = destination;
  own.source = route.source;
  own.destination = route.destination;
  to.output.change_source();
  queue_transcoding(from, TranscodingStart{number, destination, own.source, own.destination});
}

void Hub::hand_to_transcoder(common::TimePoint now, Leg& leg, Datagram& datagram) {
  Leg::Transcoding& own = leg.transcoding;
  if (own.event_sequence) {
    SoundPacket event;
    event.sequence = *std::exchange(own.event_sequence, std::nullopt);
    event.inaudible = true;
    return queue_transcoding(leg, std::move(event));
  }
  if (datagram.action != Action::transcode) return;
  datagram.action = Action::drop;
  const auto header = rtp::parse_header(datagram.bytes());
  if (!header) return;
  own.payload_type = leg.record->route.payloads[header->payload_type].payload_type;
  SoundPacket packet;
  packet.sequence = header->sequence;
  packet.timestamp = header->timestamp;
  packet.fresh = !std::exchange(own.begun, true) || own.ssrc != header->ssrc;
  packet.inaudible = now < own.event_until;
  own.ssrc = header->ssrc;
  if (!packet.inaudible) {
    const auto payload =
        datagram.bytes().subspan(header->size, rtp::payload_size(datagram.bytes(), *header));
    packet.payload.assign(payload.begin(), payload.end());
  }
  queue_transcoding(leg, std::move(packet));
}

void Hub::transcoded(common::TimePoint now, std::uint32_t slot, LegId leg_id, std::uint32_t number,
                     const TranscodedPacket& packet) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !leg->transcodes || leg->transcoding.number != number) return;
  if (leg->peer == nullptr || leg->record->route.forward == 0) return;
  Leg& to = *leg->peer;
  if (to.playing || to.dialing || to.consent_lost || !can_send(to, false)) return;
  const rtp::Header header = to.output.encoded(
      now, leg->transcoding.ssrc, leg->transcoding.payload_type,
      codec::clock_rate(leg->record->route.destination.codec), packet.timestamp, packet.marker);
  ++counters_.transcoded;
  send_own(now, to, header, packet.payload);
}

}  // namespace media::relay
