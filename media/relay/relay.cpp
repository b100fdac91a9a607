// SPDX-License-Identifier: Apache-2.0
#include "media/relay/relay.hpp"

#include <array>
#include <cstring>

#include "media/dtmf/telephone_event.hpp"
#include "media/rtp/octets.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/table/counters.hpp"

namespace media::relay {
namespace {

DropReason reason_of(srtp::Status status) {
  switch (status) {
    case srtp::Status::replayed:
      return DropReason::replayed;
    case srtp::Status::unauthenticated:
    case srtp::Status::unencrypted:
      return DropReason::unauthenticated;
    case srtp::Status::too_many_streams:
    case srtp::Status::exhausted:
    case srtp::Status::no_room:
      return DropReason::exhausted;
    case srtp::Status::ok:
    case srtp::Status::malformed:
      break;
  }
  return DropReason::malformed;
}

/// Packets that are no fault of their sender do not count as its drops.
bool is_fault(DropReason reason) {
  return reason != DropReason::held && reason != DropReason::keepalive &&
         reason != DropReason::ended_here && reason != DropReason::unconnected;
}

void drop(Leg& from, Datagram& datagram, HubCounters& counters, DropReason reason) {
  datagram.action = Action::drop;
  counters.drop(reason);
  if (is_fault(reason)) table::bump(from.record->received.dropped, 1);
}

/// The same for a packet that is good in itself.
bool refuse(Leg& from, Datagram& datagram, HubCounters& counters, DropReason reason) {
  drop(from, datagram, counters, reason);
  return true;
}

bool unprotect(Leg& from, Datagram& datagram, HubCounters& counters, bool rtcp) {
  if (!from.secured) return true;
  srtp::Transform* transform = from.receiver(rtcp);
  if (transform == nullptr) {
    drop(from, datagram, counters, DropReason::not_keyed);
    return false;
  }
  std::size_t size = datagram.size;
  const srtp::Status status =
      rtcp ? transform->rtcp(datagram.buffer(), size) : transform->rtp(datagram.buffer(), size);
  if (status != srtp::Status::ok) {
    drop(from, datagram, counters, reason_of(status));
    return false;
  }
  datagram.size = static_cast<std::uint32_t>(size);
  return true;
}

void count_received(common::TimePoint now, Leg& from, const Datagram& datagram) {
  table::bump(from.record->received.packets, 1);
  table::bump(from.record->received.octets, datagram.size);
  from.last_media = now;
  from.media_lost = false;
}

/// Why nothing may go to the peer leg, if so.
std::optional<DropReason> obstacle(const Leg& from, bool rtcp) {
  if (from.peer == nullptr) return DropReason::unconnected;
  if (!rtcp && from.record->route.forward == 0) return DropReason::held;
  const Leg& to = *from.peer;
  if (!rtcp && (to.playing || to.dialing)) return DropReason::held;
  if (to.consent_lost) return DropReason::consent_lost;
  return can_send(to, rtcp) ? std::nullopt : std::optional(DropReason::unconnected);
}

bool protect(Leg& to, Datagram& datagram, HubCounters& counters, bool rtcp) {
  if (!to.secured) return true;
  srtp::Transform& transform = *to.sender(rtcp);
  std::size_t size = datagram.size;
  const srtp::Status status =
      rtcp ? transform.rtcp(datagram.buffer(), size) : transform.rtp(datagram.buffer(), size);
  if (status != srtp::Status::ok) {
    datagram.action = Action::drop;
    counters.drop(reason_of(status));
    table::bump(to.record->sent.dropped, 1);
    return false;
  }
  datagram.size = static_cast<std::uint32_t>(size);
  return true;
}

void count_sent(common::TimePoint now, Leg& to, const Datagram& datagram) {
  table::bump(to.record->sent.packets, 1);
  table::bump(to.record->sent.octets, datagram.size);
  to.last_sent = now;
}

void address_webrtc(const Leg& to, Datagram& datagram) {
  const auto path = to.agent.path();
  datagram.action = Action::send_shared;
  datagram.socket = path->socket;
  datagram.remote = path->remote;
}

void address_rtp(const Leg& to, Datagram& datagram, bool rtcp) {
  const table::TransportRecord& transport = to.record->transport;
  const bool rtcp_port = rtcp && transport.rtcp_mux == 0;
  datagram.slot = to.slot;
  datagram.remote = peer_address(to, rtcp);
  if (transport.shared != 0) {
    datagram.action = Action::send_shared;
    datagram.socket = rtcp_port ? transport.rtcp_socket : transport.rtp_socket;
  } else {
    datagram.action = rtcp_port ? Action::send_rtcp : Action::send_rtp;
  }
}

/// While an event goes on, the sound beside it is not heard (MED-35).
void note_event(common::TimePoint now, Leg& from, std::span<const std::byte> payload,
                std::uint16_t sequence) {
  using namespace std::chrono_literals;
  constexpr auto silence = 100ms;  // after an event whose end is lost
  const bool ended = payload.size() > 1 && (payload[1] & std::byte{0x80}) != std::byte{};
  from.transcoding.event_until = ended ? now : now + silence;
  from.transcoding.event_sequence = sequence;
}

common::Endpoint rtcp_address(const table::TransportRecord& transport) {
  if (transport.remote_rtcp.port != 0) return transport.remote_rtcp;
  common::Endpoint next = transport.remote_rtp;  // RFC 3550 11
  ++next.port;
  return next;
}

}  // namespace

common::Endpoint peer_address(const Leg& to, bool rtcp) noexcept {
  const table::TransportRecord& transport = to.record->transport;
  if (!rtcp || transport.rtcp_mux != 0 || transport.remote_rtp.port == 0) {
    return transport.remote_rtp;
  }
  return rtcp_address(transport);
}

bool can_send(const Leg& to, bool rtcp) noexcept {
  if (to.is_webrtc()) return to.is_usable_path();
  return to.record->transport.remote_rtp.port != 0 && (!to.secured || to.sender(rtcp) != nullptr);
}

void address(const Leg& to, Datagram& datagram) noexcept {
  if (to.is_webrtc()) return address_webrtc(to, datagram);
  address_rtp(to, datagram, false);
}

bool finish_rtp(common::TimePoint now, Leg& to, Datagram& datagram,
                HubCounters& counters) noexcept {
  if (!protect(to, datagram, counters, false)) return false;
  if (to.sent) to.sent->store(datagram.bytes());
  address(to, datagram);
  if (to.is_webrtc()) {
    ++counters.rtp_to_webrtc;
  } else {
    ++(to.record->transport.access != 0 ? counters.rtp_to_phone : counters.rtp_to_core);
  }
  count_sent(now, to, datagram);
  return true;
}

bool finish_rtcp(common::TimePoint now, Leg& to, Datagram& datagram,
                 HubCounters& counters) noexcept {
  if (!protect(to, datagram, counters, true)) return false;
  if (to.is_webrtc()) {
    address_webrtc(to, datagram);
    ++counters.rtcp_to_webrtc;
  } else {
    address_rtp(to, datagram, true);
    ++(to.record->transport.access != 0 ? counters.rtcp_to_phone : counters.rtcp_to_core);
  }
  count_sent(now, to, datagram);
  return true;
}

bool relay_rtp(common::TimePoint now, Leg& from, Datagram& datagram,
               HubCounters& counters) noexcept {
  if (!unprotect(from, datagram, counters, false)) return false;
  auto header = rtp::parse_header(datagram.bytes());
  if (!header || !rtp::padding_is_valid(datagram.bytes(), *header)) {
    drop(from, datagram, counters, DropReason::malformed);
    return false;
  }
  count_received(now, from, datagram);
  if (const auto reason = obstacle(from, false)) return refuse(from, datagram, counters, *reason);
  const rtp::PayloadRoute& route = from.record->route.payloads[header->payload_type];
  if (route.mapped == 0) return refuse(from, datagram, counters, DropReason::unmapped);
  Leg& to = *from.peer;
  const std::size_t payload = rtp::payload_size(datagram.bytes(), *header);
  if (payload == 0 && to.is_webrtc()) {
    return refuse(from, datagram, counters, DropReason::keepalive);
  }
  // On W3 every address is validated, so a new stream takes over at once.
  const common::Endpoint expected =
      from.is_webrtc() ? datagram.remote : from.record->transport.signalled_rtp;
  if (!from.source.accept(now, header->ssrc, datagram.remote, expected)) {
    return refuse(from, datagram, counters, DropReason::foreign_source);
  }
  from.last_rtp = now;
  from.reports.reception.handle(now, *header, route.telephone_event != 0 ? 0 : route.in_clock);
  if (route.transcoded != 0) {
    datagram.action = Action::transcode;
    return true;
  }
  if (from.transcoding.begun && route.telephone_event != 0) {
    const std::uint16_t event_sequence = header->sequence;
    to.output.rewrite_event(now, *header, route);
    note_event(now, from, datagram.bytes().subspan(header->size, payload), event_sequence);
  } else {
    if (route.telephone_event == 0) from.transcoding.begun = false;
    to.output.rewrite(now, *header, route);
  }
  if (route.telephone_event != 0) {
    header->timestamp += dtmf::rescale_durations(datagram.bytes().subspan(header->size, payload),
                                                 route.in_clock, route.out_clock);
  }
  rtp::rewrite_header(datagram.bytes(), *header);
  const std::size_t removed = rtp::remove_extension(datagram.bytes(), *header);
  datagram.data += removed;
  datagram.size -= static_cast<std::uint32_t>(removed);
  datagram.room -= static_cast<std::uint32_t>(removed);
  if (finish_rtp(now, to, datagram, counters)) to.output.count(payload);
  return true;
}

bool relay_rtcp(common::TimePoint now, Leg& from, Datagram& datagram,
                HubCounters& counters) noexcept {
  if (!unprotect(from, datagram, counters, true)) return false;
  std::array<std::byte, 1400> out;
  if (const auto reason = obstacle(from, true)) {
    count_received(now, from, datagram);
    return refuse(from, datagram, counters, *reason);
  }
  Leg& to = *from.peer;
  const rtp::OutputState& sent = to.output.state();
  const rtp::OutputState& reported = from.output.state();
  rtp::RtcpMapping mapping;
  mapping.source_ssrc = sent.source_ssrc;
  mapping.has_source = sent.has_source != 0;
  mapping.out_ssrc = sent.ssrc;
  mapping.timestamp_offset = sent.timestamp_offset;
  mapping.packets = static_cast<std::uint32_t>(sent.packets);
  mapping.octets = static_cast<std::uint32_t>(sent.octets);
  mapping.reported_ssrc = reported.ssrc;
  mapping.original_ssrc = reported.source_ssrc;
  mapping.has_original = reported.has_source != 0;
  mapping.sequence_offset = reported.sequence_offset;
  mapping.original_highest = reported.highest_in;
  mapping.feedback = {from.record->route.nack != 0, from.record->route.pli != 0,
                      from.record->route.fir != 0};
  mapping.extended_reports = from.record->route.extended_reports != 0;
  mapping.fir_sequence = to.fir_sequence;
  mapping.drop_timing = from.reports.sends_own();
  mapping.sent = from.sent.get();
  mapping.cname = to.record->cname.view();
  const rtp::RtcpResult result = rtp::translate_rtcp(datagram.bytes(), out, mapping);
  if (result.status == rtp::RtcpStatus::malformed) {
    drop(from, datagram, counters, DropReason::malformed);
    return false;
  }
  count_received(now, from, datagram);
  from.reports.handle_received(now, result);
  from.missing = result.missing;
  from.missing_count = result.missing_count;
  if (result.keyframe_unmet) to.keyframe_wanted = true;
  // The two streams have neither packets nor times in common: each side gets reports of our own.
  if (from.transcoding.begun || to.transcoding.begun) {
    return refuse(from, datagram, counters, DropReason::ended_here);
  }
  if (result.status == rtp::RtcpStatus::nothing_left || result.size > datagram.room) {
    return refuse(from, datagram, counters, DropReason::ended_here);
  }
  std::memcpy(datagram.data, out.data(), result.size);
  datagram.size = static_cast<std::uint32_t>(result.size);
  if (result.sent_fir) ++to.fir_sequence;
  if (finish_rtcp(now, to, datagram, counters)) to.reports.handle_passed(now, result);
  return true;
}

}  // namespace media::relay
