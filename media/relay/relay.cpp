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

bool unprotect(Leg& from, Datagram& datagram, HubCounters& counters, bool rtcp) {
  if (!from.is_webrtc()) return true;
  if (!from.receiving) {
    drop(from, datagram, counters, DropReason::not_keyed);
    return false;
  }
  std::size_t size = datagram.size;
  const srtp::Status status = rtcp ? from.receiving->rtcp(datagram.buffer(), size)
                                   : from.receiving->rtp(datagram.buffer(), size);
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
  if (to.is_webrtc()) {
    if (to.consent_lost) return DropReason::consent_lost;
    if (!to.is_usable_path()) return DropReason::unconnected;
  } else if (to.record->transport.remote_rtp.port == 0) {
    return DropReason::unconnected;
  }
  return std::nullopt;
}

bool protect(Leg& to, Datagram& datagram, HubCounters& counters, bool rtcp) {
  std::size_t size = datagram.size;
  const srtp::Status status =
      rtcp ? to.sending->rtcp(datagram.buffer(), size) : to.sending->rtp(datagram.buffer(), size);
  if (status != srtp::Status::ok) {
    datagram.action = Action::drop;
    counters.drop(reason_of(status));
    table::bump(to.record->sent.dropped, 1);
    return false;
  }
  datagram.size = static_cast<std::uint32_t>(size);
  const auto path = to.agent.path();
  datagram.action = Action::send_webrtc;
  datagram.socket = path->socket;
  datagram.remote = path->remote;
  return true;
}

void count_sent(common::TimePoint now, Leg& to, const Datagram& datagram) {
  table::bump(to.record->sent.packets, 1);
  table::bump(to.record->sent.octets, datagram.size);
  to.last_sent = now;
}

common::Endpoint rtcp_address(const table::TransportRecord& transport) {
  if (transport.remote_rtcp.port != 0) return transport.remote_rtcp;
  common::Endpoint next = transport.remote_rtp;  // RFC 3550 11
  ++next.port;
  return next;
}

}  // namespace

bool finish_rtp(common::TimePoint now, Leg& to, Datagram& datagram,
                HubCounters& counters) noexcept {
  if (to.is_webrtc()) {
    if (!protect(to, datagram, counters, false)) return false;
    ++counters.rtp_to_webrtc;
  } else {
    datagram.action = Action::send_rtp;
    datagram.slot = to.slot;
    datagram.remote = to.record->transport.remote_rtp;
    ++counters.rtp_to_core;
  }
  count_sent(now, to, datagram);
  return true;
}

bool finish_rtcp(common::TimePoint now, Leg& to, Datagram& datagram,
                 HubCounters& counters) noexcept {
  if (to.is_webrtc()) {
    if (!protect(to, datagram, counters, true)) return false;
    ++counters.rtcp_to_webrtc;
  } else {
    datagram.action = Action::send_rtcp;
    datagram.slot = to.slot;
    datagram.remote = rtcp_address(to.record->transport);
    ++counters.rtcp_to_core;
  }
  count_sent(now, to, datagram);
  return true;
}

void relay_rtp(common::TimePoint now, Leg& from, Datagram& datagram,
               HubCounters& counters) noexcept {
  if (!unprotect(from, datagram, counters, false)) return;
  auto header = rtp::parse_header(datagram.bytes());
  if (!header || !rtp::padding_is_valid(datagram.bytes(), *header)) {
    return drop(from, datagram, counters, DropReason::malformed);
  }
  count_received(now, from, datagram);
  if (const auto reason = obstacle(from, false)) return drop(from, datagram, counters, *reason);
  const rtp::PayloadRoute& route = from.record->route.payloads[header->payload_type];
  if (route.mapped == 0) return drop(from, datagram, counters, DropReason::unmapped);
  Leg& to = *from.peer;
  const std::size_t payload = rtp::payload_size(datagram.bytes(), *header);
  if (payload == 0 && to.is_webrtc()) {
    return drop(from, datagram, counters, DropReason::keepalive);
  }
  // On W3 every address is validated, so a new stream takes over at once.
  const common::Endpoint expected =
      from.is_webrtc() ? datagram.remote : from.record->transport.signalled_rtp;
  if (!from.source.accept(now, header->ssrc, datagram.remote, expected)) {
    return drop(from, datagram, counters, DropReason::foreign_source);
  }
  to.output.rewrite(now, *header, route);
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
}

void relay_rtcp(common::TimePoint now, Leg& from, Datagram& datagram,
                HubCounters& counters) noexcept {
  if (!unprotect(from, datagram, counters, true)) return;
  std::array<std::byte, 1400> out;
  if (const auto reason = obstacle(from, true)) {
    count_received(now, from, datagram);
    return drop(from, datagram, counters, *reason);
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
  mapping.feedback = from.record->route.feedback != 0;
  mapping.cname = to.record->cname.view();
  const rtp::RtcpResult result = rtp::translate_rtcp(datagram.bytes(), out, mapping);
  if (result.status == rtp::RtcpStatus::malformed) {
    return drop(from, datagram, counters, DropReason::malformed);
  }
  count_received(now, from, datagram);
  if (result.status == rtp::RtcpStatus::nothing_left || result.size > datagram.room) {
    return drop(from, datagram, counters, DropReason::ended_here);
  }
  std::memcpy(datagram.data, out.data(), result.size);
  datagram.size = static_cast<std::uint32_t>(result.size);
  (void)finish_rtcp(now, to, datagram, counters);
}

}  // namespace media::relay
