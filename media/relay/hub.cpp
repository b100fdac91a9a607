// SPDX-License-Identifier: Apache-2.0
#include "media/relay/hub.hpp"

#include <algorithm>
#include <array>

#include "media/relay/relay.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/table/counters.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto sweep_interval = 125ms;
constexpr std::size_t sweep_parts = 8;  // every leg is looked at once a second

}  // namespace

Hub::Hub(const HubConfig& config, table::CallTable& table)
    : config_(config), table_(table), legs_(table.capacity()) {}

Hub::~Hub() = default;

Leg* Hub::find(std::uint32_t slot, LegId leg) const {
  if (slot >= legs_.size() || !legs_[slot] || legs_[slot]->record->leg_id != leg.value) {
    return nullptr;
  }
  return legs_[slot].get();
}

LegId Hub::leg_at(std::uint32_t slot) const {
  return LegId{slot < legs_.size() && legs_[slot] ? legs_[slot]->record->leg_id : 0};
}

std::uint32_t Hub::association_of(std::uint32_t slot) const {
  return legs_[slot] ? legs_[slot]->record->security.association : 0;
}

Leg& Hub::start_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                    table::LegKind kind) {
  table_.clear(slot);
  table::LegRecord& record = table_.leg(slot);
  record.call_id = seed.call.value;
  record.kind = kind;
  record.cname.assign(seed.cname);
  legs_[slot] = std::make_unique<Leg>(record, slot);
  Leg& leg = *legs_[slot];
  leg.output.reset(seed.ssrc, seed.first_sequence, seed.first_timestamp);
  leg.last_media = now;
  leg.last_sent = now;
  leg.last_rtp = now;
  leg.started = now;
  ++leg_count_;
  return leg;
}

void Hub::open_webrtc_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                          const ice::Credentials& local) {
  Leg& leg = start_leg(now, slot, seed, table::LegKind::webrtc);
  leg.record->security.protection = table::Protection::dtls;
  leg.refresh_protection();
  leg.record->ice.local = local;
  by_ufrag_[std::string(local.ufrag.view())] = slot;
  table::publish_leg(*leg.record, seed.leg.value);
}

void Hub::open_rtp_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                       const common::Endpoint& rtp, const common::Endpoint& rtcp, bool access) {
  const Leg& leg = start_leg(now, slot, seed, table::LegKind::rtp);
  table::TransportRecord& transport = leg.record->transport;
  transport.local_rtp = rtp;
  transport.local_rtcp = rtcp;
  transport.access = access ? 1 : 0;
  transport.strict = access || config_.core_strict_source ? 1 : 0;
  table::publish_leg(*leg.record, seed.leg.value);
}

void Hub::open_shared_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                          const common::Endpoint& rtp, const common::Endpoint& rtcp,
                          std::uint8_t rtp_socket, std::uint8_t rtcp_socket) {
  open_rtp_leg(now, slot, seed, rtp, rtcp);
  table::TransportRecord& transport = legs_[slot]->record->transport;
  transport.shared = 1;
  transport.rtp_socket = rtp_socket;
  transport.rtcp_socket = rtcp_socket;
}

void Hub::forget_remote(const Leg& leg) {
  const table::TransportRecord& transport = leg.record->transport;
  if (transport.shared == 0 || transport.remote_rtp.port == 0) return;
  forget_path({transport.rtp_socket, transport.remote_rtp}, leg);
  forget_path({transport.rtcp_socket, peer_address(leg, true)}, leg);
}

/// A remote that is another leg's already cannot be told from it.
void Hub::claim_remote(const Leg& leg) {
  const table::TransportRecord& transport = leg.record->transport;
  if (transport.shared == 0 || transport.remote_rtp.port == 0) return;
  const ice::Path path{transport.rtp_socket, transport.remote_rtp};
  const auto found = by_path_.find(path);
  if (found && *found != leg.slot && legs_[*found]) {
    return post(Event::Kind::address_taken, leg, transport.remote_rtp.to_string());
  }
  by_path_.set(path, leg.slot);
  by_path_.set({transport.rtcp_socket, peer_address(leg, true)}, leg.slot);
}

void Hub::restore_leg(common::TimePoint now, std::uint32_t slot) {
  table::LegRecord& record = table_.leg(slot);
  legs_[slot] = std::make_unique<Leg>(record, slot);
  Leg& leg = *legs_[slot];
  ++leg_count_;
  leg.last_media = now;
  leg.last_sent = now;
  leg.last_rtp = now;
  leg.started = now;
  leg.refresh_protection();
  for (const Component component : {Component::rtp, Component::rtcp}) {
    if (leg.keys(component).keyed == 0) continue;
    leg.key(component, config_.backend);
    leg.handshakes[static_cast<std::size_t>(component)].started = true;
  }
  if (!leg.is_webrtc()) return claim_remote(leg);
  leg.agent.set_last_check(now);
  for (const ice::Credentials& one : {record.ice.local, record.ice.previous_local}) {
    if (!one.ufrag.empty()) by_ufrag_[std::string(one.ufrag.view())] = slot;
  }
  for (std::size_t i = 0; i < record.ice.validated_count; ++i) {
    by_path_.set(record.ice.validated[i], slot);
  }
}

void Hub::connect_restored() {
  for (const auto& leg : legs_) {
    if (!leg) continue;
    const std::uint32_t peer = leg->record->route.peer;
    const bool fits =
        peer < legs_.size() && legs_[peer] && legs_[peer]->record->call_id == leg->record->call_id;
    leg->peer = fits ? legs_[peer].get() : nullptr;
    if (!fits) continue;
    set_transcoding(*leg, *leg->peer);
    set_repetition(*leg);
  }
}

void Hub::set_remote(common::TimePoint now, std::uint32_t slot, LegId leg_id,
                     const RtpRemote& remote) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->is_webrtc()) return;
  table::TransportRecord& transport = leg->record->transport;
  const bool moved = transport.signalled_rtp != remote.rtp;
  transport.latch = remote.latch;
  transport.observed = remote.observed.value_or(common::IpAddress{});
  transport.relatch = remote.relatch ? 1 : 0;
  transport.rtcp_mux = remote.rtcp_mux ? 1 : 0;
  if (moved || transport.rtp_latched == 0) {
    forget_remote(*leg);
    transport.signalled_rtp = remote.rtp;
    transport.remote_rtp = remote.rtp;
    transport.remote_rtcp = remote.rtcp;
    transport.rtp_latched = 0;
    transport.rtcp_latched = 0;
    table::publish_remote(*leg->record, remote.rtp);
    claim_remote(*leg);
  }
  set_protection(now, *leg, remote);
}

void Hub::restart_ice(std::uint32_t slot, LegId leg_id, const ice::Credentials& local) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !leg->is_webrtc()) return;
  const bool replaced = !leg->record->ice.previous_local.ufrag.empty();
  if (replaced) by_ufrag_.erase(std::string(leg->record->ice.local.ufrag.view()));
  leg->agent.restart(local);
  by_ufrag_[std::string(local.ufrag.view())] = slot;
}

void Hub::disconnect(Leg& leg) {
  if (leg.peer != nullptr && leg.peer->peer == &leg) {
    leg.peer->peer = nullptr;
    leg.peer->record->route.peer = table::RouteRecord::no_peer;
  }
  leg.peer = nullptr;
  leg.record->route.peer = table::RouteRecord::no_peer;
}

void Hub::connect(common::TimePoint now, std::uint32_t first_slot, std::uint32_t second_slot,
                  const Connection& connection) {
  if (first_slot >= legs_.size() || second_slot >= legs_.size()) return;
  Leg* first = legs_[first_slot].get();
  Leg* second = legs_[second_slot].get();
  if (first == nullptr || second == nullptr || first == second) return;
  const auto join = [&](Leg& from, Leg& to, bool forward, bool from_first) {
    table::RouteRecord& route = from.record->route;
    const bool new_peer = from.peer != &to;
    if (new_peer) disconnect(from);
    if (new_peer) to.output.change_source();
    if (!new_peer && forward && route.forward == 0) to.output.resume();
    if (forward && (new_peer || route.forward == 0)) {
      from.last_media = now;
      from.last_rtp = now;
      from.reports.reception.pause();
    }
    std::array<rtp::PayloadRoute, 128> payloads{};
    for (const PayloadMapping& one : connection.payloads) {
      const std::uint8_t in = from_first ? one.first : one.second;
      rtp::PayloadRoute& entry = payloads[in & 0x7fU];
      // An answerer may receive a format under another number than was offered (RFC 3264 6.1).
      if (entry.mapped != 0) continue;
      entry.payload_type = (from_first ? one.second : one.first) & 0x7fU;
      entry.mapped = 1;
      entry.telephone_event = one.telephone_event ? 1 : 0;
      entry.transcoded = one.transcoded ? 1 : 0;
      entry.in_clock = from_first ? one.first_clock : one.second_clock;
      entry.out_clock = from_first ? one.second_clock : one.first_clock;
    }
    route.payloads = payloads;
    route.transcodes = 0;
    for (const rtp::PayloadRoute& one : payloads) route.transcodes |= one.transcoded;
    if (connection.transcoding) {
      route.source = from_first ? connection.transcoding->first : connection.transcoding->second;
      route.destination =
          from_first ? connection.transcoding->second : connection.transcoding->first;
    }
    route.forward = forward ? 1 : 0;
    const Feedback& feedback = from_first ? connection.second_feedback : connection.first_feedback;
    route.nack = feedback.nack ? 1 : 0;
    route.pli = feedback.pli ? 1 : 0;
    route.fir = feedback.fir ? 1 : 0;
    route.extended_reports = connection.extended_reports ? 1 : 0;
    route.peer = to.slot;
    from.peer = &to;
  };
  join(*first, *second, connection.first_to_second, true);
  join(*second, *first, connection.second_to_first, false);
  for (Leg* leg : {first, second}) {
    set_transcoding(*leg, *leg->peer);
    set_repetition(*leg);
  }
}

/// Video toward a peer that asks for lost packets is kept for a moment.
void Hub::set_repetition(Leg& leg) {
  const auto& payloads = leg.peer->record->route.payloads;
  const bool video = std::any_of(payloads.begin(), payloads.end(), [](const auto& one) {
    return one.mapped != 0 && one.out_clock == 90'000;
  });
  if (!video || leg.peer->record->route.nack == 0) {
    leg.sent.reset();
  } else if (!leg.sent) {
    leg.sent = std::make_unique<rtp::SentPackets>();
  }
}

void Hub::close_leg(common::TimePoint now, std::uint32_t slot, LegId leg_id) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr) return;
  stop_playing(slot, leg_id);
  stop_dialing(*leg);
  say_bye(now, *leg);
  disconnect(*leg);
  if (leg->transcodes) queue_transcoding(*leg, TranscodingEnd{});
  const ice::IceState& state = leg->record->ice;
  for (std::size_t i = 0; i < state.validated_count; ++i) forget_path(state.validated[i], *leg);
  forget_remote(*leg);
  by_ufrag_.erase(std::string(state.local.ufrag.view()));
  by_ufrag_.erase(std::string(state.previous_local.ufrag.view()));
  legs_[slot].reset();
  --leg_count_;
  table_.wipe(slot);
}

void Hub::forget_path(const ice::Path& path, const Leg& leg) {
  const auto found = by_path_.find(path);
  if (found && *found == leg.slot) by_path_.erase(path);
}

void Hub::say_bye(common::TimePoint now, Leg& leg) {
  if (leg.output.state().packets == 0) return;
  std::vector<std::byte> bytes = spare_buffer();
  const std::size_t size = rtp::write_bye(bytes, leg.output.state().ssrc, leg.record->cname.view());
  send_own_rtcp(now, leg, std::move(bytes), size);
}

void Hub::send_keepalive(common::TimePoint now, Leg& leg) {
  constexpr std::uint8_t unused_payload_type = 20;  // TS 24.229 K.5.2.1
  send_own(now, leg, leg.output.keepalive(unused_payload_type), {});
}

void Hub::post(Event::Kind kind, const Leg& leg, std::string detail) {
  events_.push_back(
      {kind, CallId{leg.record->call_id}, LegId{leg.record->leg_id}, std::move(detail)});
}

void Hub::sweep(common::TimePoint now, Leg& leg) {
  if (leg.is_webrtc() && leg.agent.path() && !leg.consent_lost &&
      now - leg.agent.last_check() >= config_.consent_timeout) {
    leg.consent_lost = true;
    post(Event::Kind::consent_lost, leg, "no connectivity check");
  }
  const bool expects_media = leg.peer != nullptr && leg.record->route.forward != 0 &&
                             (!leg.secured || leg.receiving != nullptr);
  watch_one_way(now, leg, expects_media);
  report(now, leg);
  if (expects_media && config_.media_timeout > 0ms && !leg.media_lost &&
      now - leg.last_media >= config_.media_timeout) {
    leg.media_lost = true;
    post(Event::Kind::media_timeout, leg, "neither RTP nor RTCP");
  }
  if (!leg.is_webrtc() && config_.core_keepalive > 0ms && leg.peer != nullptr &&
      can_send(leg, false) && now - leg.last_sent >= config_.core_keepalive) {
    send_keepalive(now, leg);
  }
}

void Hub::handle_timeout(common::TimePoint now) {
  play_due(now);
  dial_due(now);
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  for (std::size_t slot = sweep_from_; slot < legs_.size(); slot += sweep_parts) {
    if (legs_[slot]) sweep(now, *legs_[slot]);
  }
  sweep_from_ = (sweep_from_ + 1) % sweep_parts;
}

std::optional<OwnedDatagram> Hub::poll_transmit() {
  if (transmits_.empty()) return std::nullopt;
  OwnedDatagram datagram = std::move(transmits_.front());
  transmits_.pop_front();
  return datagram;
}

std::optional<Event> Hub::poll_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::optional<HandshakeStart> Hub::poll_handshake() {
  if (handshakes_.empty()) return std::nullopt;
  HandshakeStart start = std::move(handshakes_.front());
  handshakes_.pop_front();
  return start;
}

}  // namespace media::relay
