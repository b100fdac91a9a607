// SPDX-License-Identifier: Apache-2.0
// Hub: RTCP of our own.
#include <algorithm>
#include <utility>

#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"
#include "media/rtp/quality.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/table/counters.hpp"

namespace media::relay {

using namespace std::chrono_literals;

void Hub::send_own_rtcp(common::TimePoint now, Leg& leg, std::vector<std::byte> bytes,
                        std::size_t size) {
  Datagram datagram;
  datagram.data = bytes.data();
  datagram.room = static_cast<std::uint32_t>(bytes.size());
  datagram.size = static_cast<std::uint32_t>(size);
  if (size == 0 || !can_send(leg, true) || !finish_rtcp(now, leg, datagram, counters_)) {
    return recycle(std::move(bytes));
  }
  bytes.resize(datagram.size);
  transmits_.push_back(
      {datagram.action, datagram.socket, leg.slot, datagram.remote, std::move(bytes)});
}

void Hub::request_keyframe(common::TimePoint now, std::uint32_t slot, LegId leg_id) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->peer == nullptr || leg->source.state().has_source == 0) return;
  const table::RouteRecord& route = leg->peer->record->route;  // toward this leg
  if (route.pli == 0 && route.fir == 0) return;
  std::vector<std::byte> bytes = spare_buffer();
  const std::size_t size = rtp::write_keyframe_request(
      bytes, leg->output.state().ssrc, leg->source.state().ssrc,
      route.pli != 0 ? std::nullopt : std::optional(leg->fir_sequence++),
      leg->record->cname.view());
  send_own_rtcp(now, *leg, std::move(bytes), size);
}

std::uint64_t Hub::ntp_time(common::TimePoint now) const {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now - config_.ntp_at).count();
  const auto since = static_cast<std::uint64_t>(micros);
  return config_.ntp + (since / 1'000'000U << 32U) + ((since % 1'000'000U << 32U) / 1'000'000U);
}

/// RTCP where the far side gives none to pass on: phones without it, announcements, transcoding.
void Hub::send_report(common::TimePoint now, Leg& leg) {
  const rtp::OutputState& sent = leg.output.state();
  std::optional<rtp::SenderInfo> sender;
  if (sent.packets > 0 && now - leg.last_sent < 10s) {
    sender = rtp::SenderInfo{ntp_time(now), leg.output.timestamp_at(now),
                             static_cast<std::uint32_t>(sent.packets),
                             static_cast<std::uint32_t>(sent.octets)};
  }
  std::optional<rtp::ReportBlock> block;
  if (leg.reports.reception.any()) {
    block = leg.reports.reception.take_block();
    leg.reports.fill_times(now, *block);
  }
  if (!sender && !block) return;
  std::vector<std::byte> bytes = spare_buffer();
  const std::size_t size =
      rtp::write_report(bytes, sent.ssrc, sender, block, leg.record->cname.view());
  leg.reports.handle_own(now, sender ? rtp::middle_of(sender->ntp) : 0);
  ++counters_.own_reports;
  send_own_rtcp(now, leg, std::move(bytes), size);
}

void Hub::report(common::TimePoint now, Leg& leg) {
  const rtp::ReportState& reports = leg.reports;
  LegStatistics figures;
  figures.one_way = leg.one_way;
  figures.round_trip = reports.round_trip();
  const auto one_way = reports.round_trip().value_or(0us) / 2;
  if (reports.reception.any()) {
    const rtp::Reception& in = reports.reception;
    figures.incoming = {in.loss(), in.jitter(), rtp::estimate_mos(in.loss(), in.jitter(), one_way)};
  }
  if (reports.report()) {
    const auto lost = static_cast<double>(std::max(0, reports.report()->lost));
    const auto sent = static_cast<double>(std::max<std::uint64_t>(1, leg.output.state().packets));
    const double loss = std::min(1.0, lost / sent);
    const auto jitter = leg.output.duration_of(reports.report()->jitter);
    figures.outgoing = {loss, jitter, rtp::estimate_mos(loss, jitter, one_way)};
  }
  table::publish_quality(*leg.record, figures);
  if (can_send(leg, true) && reports.is_due(now, leg.started)) send_report(now, leg);
}

void Hub::watch_one_way(common::TimePoint now, Leg& leg, bool expects_media) {
  constexpr auto lately = 2s;
  const bool silent = expects_media && config_.one_way_after > 0ms &&
                      now - leg.last_rtp >= config_.one_way_after &&
                      now - leg.peer->last_rtp < lately && leg.peer->record->route.forward != 0;
  if (silent && !leg.one_way) {
    ++counters_.one_way;
    post(Event::Kind::one_way, leg, "no sound from this side");
  }
  leg.one_way = silent;
}

/// What the leg's peer has just said it misses (RFC 4585 6.2.1).
void Hub::repeat_missing(common::TimePoint now, Leg& leg) {
  const std::size_t count = std::exchange(leg.missing_count, 0);
  for (std::size_t i = 0; i < count && leg.sent; ++i) {
    const auto packet = leg.sent->take(now, leg.missing[i]);
    if (!packet || !can_send(leg, false)) continue;
    Datagram route;
    address(leg, route);
    auto bytes = spare_buffer();
    bytes.assign(packet->begin(), packet->end());
    transmits_.push_back({route.action, route.socket, leg.slot, route.remote, std::move(bytes)});
    ++counters_.repeated;
  }
}

/// A wish that came by RTCP from `from`, for its peer leg's sender, to be told by SIP.
void Hub::note_keyframe_wish(common::TimePoint now, const Leg& from) {
  constexpr auto least = 1s;
  Leg* to = from.peer;
  if (to == nullptr || !std::exchange(to->keyframe_wanted, false)) return;
  if (to->last_keyframe_event != common::TimePoint{} && now - to->last_keyframe_event < least)
    return;
  to->last_keyframe_event = now;
  post(Event::Kind::keyframe_wanted, *to, {});
}

}  // namespace media::relay
