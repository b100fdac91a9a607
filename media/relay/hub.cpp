// SPDX-License-Identifier: Apache-2.0
#include "media/relay/hub.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>

#include "media/relay/relay.hpp"
#include "media/rtp/demux.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/table/counters.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;

constexpr auto sweep_interval = 125ms;
constexpr std::size_t sweep_parts = 8;  // every leg is looked at once a second
/// A check from an address that another leg used within this time does not take it over.
constexpr auto path_reservation = 15s;
constexpr std::size_t max_owned_datagram = 1500;

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
  ++leg_count_;
  return leg;
}

void Hub::open_webrtc_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                          const ice::Credentials& local) {
  const Leg& leg = start_leg(now, slot, seed, table::LegKind::webrtc);
  leg.record->ice.local = local;
  by_ufrag_[std::string(local.ufrag.view())] = slot;
  table::publish_leg(*leg.record, seed.leg.value);
}

void Hub::open_rtp_leg(common::TimePoint now, std::uint32_t slot, const LegSeed& seed,
                       const common::Endpoint& rtp, const common::Endpoint& rtcp) {
  const Leg& leg = start_leg(now, slot, seed, table::LegKind::rtp);
  leg.record->transport.local_rtp = rtp;
  leg.record->transport.local_rtcp = rtcp;
  table::publish_leg(*leg.record, seed.leg.value);
}

void Hub::restore_leg(common::TimePoint now, std::uint32_t slot) {
  table::LegRecord& record = table_.leg(slot);
  legs_[slot] = std::make_unique<Leg>(record, slot);
  Leg& leg = *legs_[slot];
  ++leg_count_;
  leg.last_media = now;
  leg.last_sent = now;
  if (!leg.is_webrtc()) return;
  leg.agent.set_last_check(now);
  leg.association_started = record.security.keyed != 0;
  for (const ice::Credentials& one : {record.ice.local, record.ice.previous_local}) {
    if (!one.ufrag.empty()) by_ufrag_[std::string(one.ufrag.view())] = slot;
  }
  for (std::size_t i = 0; i < record.ice.validated_count; ++i) {
    by_path_[record.ice.validated[i]] = slot;
  }
  if (record.security.keyed != 0) leg.key(config_.backend);
}

void Hub::connect_restored() {
  for (const auto& leg : legs_) {
    if (!leg) continue;
    const std::uint32_t peer = leg->record->route.peer;
    const bool fits =
        peer < legs_.size() && legs_[peer] && legs_[peer]->record->call_id == leg->record->call_id;
    leg->peer = fits ? legs_[peer].get() : nullptr;
  }
}

void Hub::set_remote(common::TimePoint /*now*/, std::uint32_t slot, LegId leg_id,
                     const WebrtcRemote& remote) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !leg->is_webrtc()) return;
  ice::Credentials credentials;
  credentials.ufrag.assign(remote.ice.ufrag);
  credentials.password.assign(remote.ice.password);
  leg->agent.set_remote(credentials);
  table::SecurityRecord& security = leg->record->security;
  bool same = security.fingerprint_count == remote.fingerprints.size() &&
              (security.we_are_client != 0) == (remote.our_role == DtlsRole::client) &&
              security.remote_tls_id.view() == remote.tls_id;
  for (std::size_t i = 0; same && i < remote.fingerprints.size(); ++i) {
    same = security.fingerprints[i].algorithm.view() == remote.fingerprints[i].algorithm &&
           security.fingerprints[i].value.view() == remote.fingerprints[i].value;
  }
  if (same) return;  // MED-10: an unchanged re-offer keeps the association
  const std::size_t count =
      std::min(remote.fingerprints.size(), table::SecurityRecord::max_fingerprints);
  for (std::size_t i = 0; i < count; ++i) {
    security.fingerprints[i].algorithm.assign(remote.fingerprints[i].algorithm);
    security.fingerprints[i].value.assign(remote.fingerprints[i].value);
  }
  security.fingerprint_count = static_cast<std::uint8_t>(count);
  security.we_are_client = remote.our_role == DtlsRole::client ? 1 : 0;
  security.remote_tls_id.assign(remote.tls_id);
  ++security.association;
  leg->association_started = false;
  if (leg->agent.path()) start_association(*leg);
}

void Hub::start_association(Leg& leg) {
  const table::SecurityRecord& security = leg.record->security;
  if (leg.association_started || security.fingerprint_count == 0) return;
  leg.association_started = true;
  HandshakeStart start;
  start.leg = LegId{leg.record->leg_id};
  start.association = security.association;
  start.role = security.we_are_client != 0 ? DtlsRole::client : DtlsRole::server;
  for (std::size_t i = 0; i < security.fingerprint_count; ++i) {
    start.expected.push_back({std::string(security.fingerprints[i].algorithm.view()),
                              std::string(security.fingerprints[i].value.view())});
  }
  start.first_datagram = std::move(leg.early_handshake);
  leg.early_handshake = {};
  handshakes_.push_back(std::move(start));
}

void Hub::set_remote(common::TimePoint /*now*/, std::uint32_t slot, LegId leg_id,
                     const RtpRemote& remote) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->is_webrtc()) return;
  table::TransportRecord& transport = leg->record->transport;
  const bool moved = transport.signalled_rtp != remote.rtp;
  transport.latch = remote.latch ? 1 : 0;
  if (!moved && transport.rtp_latched != 0) return;
  transport.signalled_rtp = remote.rtp;
  transport.remote_rtp = remote.rtp;
  transport.remote_rtcp = remote.rtcp;
  transport.rtp_latched = 0;
  transport.rtcp_latched = 0;
  table::publish_remote(*leg->record, remote.rtp);
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
    if (forward && (new_peer || route.forward == 0)) from.last_media = now;
    std::array<rtp::PayloadRoute, 128> payloads{};
    for (const PayloadMapping& one : connection.payloads) {
      const std::uint8_t in = from_first ? one.first : one.second;
      rtp::PayloadRoute& entry = payloads[in & 0x7fU];
      // An answerer may receive a format under another number than was offered (RFC 3264 6.1).
      if (entry.mapped != 0) continue;
      entry.payload_type = (from_first ? one.second : one.first) & 0x7fU;
      entry.mapped = 1;
      entry.telephone_event = one.telephone_event ? 1 : 0;
      entry.in_clock = from_first ? one.first_clock : one.second_clock;
      entry.out_clock = from_first ? one.second_clock : one.first_clock;
    }
    route.payloads = payloads;
    route.forward = forward ? 1 : 0;
    route.feedback = connection.second_feedback ? 1 : 0;
    route.peer = to.slot;
    from.peer = &to;
  };
  join(*first, *second, connection.first_to_second, true);
  join(*second, *first, connection.second_to_first, false);
}

void Hub::close_leg(common::TimePoint now, std::uint32_t slot, LegId leg_id) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr) return;
  say_bye(now, *leg);
  disconnect(*leg);
  const ice::IceState& state = leg->record->ice;
  for (std::size_t i = 0; i < state.validated_count; ++i) forget_path(state.validated[i], *leg);
  by_ufrag_.erase(std::string(state.local.ufrag.view()));
  by_ufrag_.erase(std::string(state.previous_local.ufrag.view()));
  legs_[slot].reset();
  --leg_count_;
  table_.wipe(slot);
}

void Hub::forget_path(const ice::Path& path, const Leg& leg) {
  const auto found = by_path_.find(path);
  if (found != by_path_.end() && found->second == leg.slot) by_path_.erase(found);
}

void Hub::say_bye(common::TimePoint now, Leg& leg) {
  if (leg.output.state().packets == 0) return;
  if (leg.is_webrtc() ? !leg.is_usable_path() : leg.record->transport.remote_rtp.port == 0) return;
  std::vector<std::byte> bytes(max_owned_datagram);
  Datagram datagram;
  datagram.data = bytes.data();
  datagram.room = static_cast<std::uint32_t>(bytes.size());
  datagram.size = static_cast<std::uint32_t>(
      rtp::write_bye(bytes, leg.output.state().ssrc, leg.record->cname.view()));
  if (!finish_rtcp(now, leg, datagram, counters_)) return;
  bytes.resize(datagram.size);
  transmits_.push_back(
      {datagram.action, datagram.socket, datagram.slot, datagram.remote, std::move(bytes)});
}

void Hub::send_keepalive(common::TimePoint now, Leg& leg) {
  constexpr std::uint8_t unused_payload_type = 20;  // TS 24.229 K.5.2.1
  std::vector<std::byte> bytes(rtp::fixed_header_size);
  bytes[0] = std::byte{0x80};
  rtp::rewrite_header(bytes, leg.output.keepalive(unused_payload_type));
  Datagram datagram;
  datagram.data = bytes.data();
  datagram.size = datagram.room = static_cast<std::uint32_t>(bytes.size());
  if (!finish_rtp(now, leg, datagram, counters_)) return;
  transmits_.push_back({datagram.action, 0, leg.slot, datagram.remote, std::move(bytes)});
}

void Hub::handshake_output(std::uint32_t slot, LegId leg_id, std::uint32_t association,
                           std::vector<std::byte> datagram) {
  const Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->record->security.association != association || leg->consent_lost) {
    return;
  }
  const auto path = leg->agent.path();
  if (!path) return;
  transmits_.push_back(
      {Action::send_webrtc, path->socket, slot, path->remote, std::move(datagram)});
}

void Hub::handshake_done(common::TimePoint now, std::uint32_t slot, LegId leg_id,
                         std::uint32_t association, const dtls::SrtpKeys& keys) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->record->security.association != association) return;
  table::SecurityRecord& security = leg->record->security;
  security.keyed = 0;  // whoever maps the table must not see new keys with old indices
  leg->sending.reset();
  leg->receiving.reset();
  security.profile = keys.profile;
  security.local_key = keys.local;
  security.remote_key = keys.remote;
  security.sending = srtp::DirectionState{};
  security.receiving = srtp::DirectionState{};
  security.keyed = 1;
  leg->key(config_.backend);
  leg->last_media = now;
  table::publish_secure(*leg->record, true);
  post(Event::Kind::connected, *leg, std::string(srtp::name_of(keys.profile)));
}

void Hub::handshake_failed(std::uint32_t slot, LegId leg_id, std::uint32_t association,
                           const std::string& detail) {
  const Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->record->security.association != association) return;
  post(Event::Kind::dtls_failed, *leg, detail);
}

void Hub::post(Event::Kind kind, const Leg& leg, std::string detail) {
  events_.push_back(
      {kind, CallId{leg.record->call_id}, LegId{leg.record->leg_id}, std::move(detail)});
}

bool Hub::is_path_free(common::TimePoint now, const ice::Path& path, const Leg& leg) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end() || found->second == leg.slot || !legs_[found->second]) return true;
  const Leg& owner = *legs_[found->second];
  return owner.consent_lost || now - owner.agent.last_check() >= path_reservation;
}

void Hub::handle_stun(common::TimePoint now, Datagram& datagram) {
  const auto refuse = [&](DropReason reason) {
    datagram.action = Action::drop;
    counters_.drop(reason);
  };
  const auto message = ice::StunMessage::parse(datagram.bytes());
  if (!message) return refuse(DropReason::malformed);
  if (message->kind != ice::StunClass::request) return refuse(DropReason::ended_here);
  ++counters_.stun_requests;
  const ice::Path path{datagram.socket, datagram.remote};
  Leg* leg = nullptr;
  if (message->has_username) {
    const auto found = by_ufrag_.find(std::string(ice::local_ufrag_of(message->username)));
    if (found != by_ufrag_.end()) leg = legs_[found->second].get();
  } else if (const auto found = by_path_.find(path); found != by_path_.end()) {
    leg = legs_[found->second].get();  // strangers get no answer at all (SEC-14)
  }
  if (leg == nullptr) return refuse(DropReason::unknown_ufrag);
  if (!is_path_free(now, path, *leg)) return refuse(DropReason::path_in_use);
  std::array<std::byte, 256> reply;
  const std::string old_ufrag(leg->record->ice.previous_local.ufrag.view());
  const auto outcome = leg->agent.handle_request(now, path, *message, reply);
  if (outcome.reply.empty() || outcome.reply.size() > datagram.room) {
    return refuse(DropReason::malformed);
  }
  std::copy(outcome.reply.begin(), outcome.reply.end(), datagram.data);
  datagram.size = static_cast<std::uint32_t>(outcome.reply.size());
  datagram.action = Action::send_webrtc;  // back by the way it came
  if (!outcome.authenticated) {
    ++counters_.stun_refused;
    return;
  }
  leg->consent_lost = false;
  if (outcome.path_removed) forget_path(*outcome.path_removed, *leg);
  if (outcome.path_added) by_path_[path] = leg->slot;
  if (outcome.restart_completed) by_ufrag_.erase(old_ufrag);
  if (outcome.selected_changed || outcome.path_added) {
    table::publish_remote(*leg->record, leg->agent.path()->remote);
    start_association(*leg);
  }
}

void Hub::handle_handshake(Leg& leg, Datagram& datagram) {
  if (!leg.association_started) {
    const auto bytes = datagram.bytes();
    leg.early_handshake.assign(bytes.begin(), bytes.end());
    datagram.action = Action::drop;
    return;
  }
  datagram.action = Action::handshake;
  datagram.slot = leg.slot;
  ++counters_.handshake_datagrams;
}

void Hub::handle_webrtc(common::TimePoint now, std::span<Datagram> datagrams) {
  for (Datagram& datagram : datagrams) {
    const rtp::PacketKind kind = rtp::classify(datagram.bytes());
    if (kind == rtp::PacketKind::stun) {
      handle_stun(now, datagram);
      continue;
    }
    datagram.action = Action::drop;
    if (kind == rtp::PacketKind::other) {
      counters_.drop(DropReason::malformed);
      continue;
    }
    const auto found = by_path_.find(ice::Path{datagram.socket, datagram.remote});
    if (found == by_path_.end()) {  // SEC-13
      counters_.drop(DropReason::unknown_source);
      continue;
    }
    Leg& leg = *legs_[found->second];
    if (kind == rtp::PacketKind::dtls) {
      handle_handshake(leg, datagram);
    } else if (kind == rtp::PacketKind::rtp) {
      relay_rtp(now, leg, datagram, counters_);
    } else {
      relay_rtcp(now, leg, datagram, counters_);
    }
  }
}

bool Hub::latch(Leg& leg, const Datagram& datagram, bool rtcp) {
  table::TransportRecord& transport = leg.record->transport;
  common::Endpoint& known = rtcp ? transport.remote_rtcp : transport.remote_rtp;
  std::uint8_t& latched = rtcp ? transport.rtcp_latched : transport.rtp_latched;
  if (transport.latch != 0 && latched == 0) {
    known = datagram.remote;
    latched = 1;
    if (!rtcp) table::publish_remote(*leg.record, datagram.remote);
    return true;
  }
  if (latched == 0 && !config_.core_strict_source) return true;
  if (datagram.remote == known) return true;
  if (!rtcp) return false;
  // RTCP may share the RTP port, or come from the port after it without having been signalled.
  common::Endpoint next = transport.remote_rtp;
  if (datagram.remote == next) return true;
  ++next.port;
  return known.port == 0 && datagram.remote == next;
}

void Hub::accept_core(common::TimePoint now, Leg& leg, Datagram& datagram) {
  const rtp::PacketKind kind = rtp::classify(datagram.bytes());
  datagram.action = Action::drop;
  const bool rtcp = kind == rtp::PacketKind::rtcp;
  if (!rtcp && (kind != rtp::PacketKind::rtp || datagram.rtcp_port)) {
    counters_.drop(DropReason::malformed);
    table::bump(leg.record->received.dropped, 1);
  } else if (!latch(leg, datagram, rtcp && datagram.rtcp_port)) {
    counters_.drop(DropReason::foreign_source);
    table::bump(leg.record->received.dropped, 1);
  } else if (rtcp) {
    relay_rtcp(now, leg, datagram, counters_);
  } else {
    relay_rtp(now, leg, datagram, counters_);
  }
}

void Hub::handle_core(common::TimePoint now, std::uint32_t slot, std::span<Datagram> datagrams) {
  Leg* leg = slot < legs_.size() ? legs_[slot].get() : nullptr;
  for (Datagram& datagram : datagrams) {
    datagram.action = Action::drop;
    if (leg != nullptr) accept_core(now, *leg, datagram);
  }
}

void Hub::sweep(common::TimePoint now, Leg& leg) {
  if (leg.is_webrtc() && leg.agent.path() && !leg.consent_lost &&
      now - leg.agent.last_check() >= config_.consent_timeout) {
    leg.consent_lost = true;
    post(Event::Kind::consent_lost, leg, "no connectivity check");
  }
  const bool expects_media = leg.peer != nullptr && leg.record->route.forward != 0 &&
                             (!leg.is_webrtc() || leg.receiving != nullptr);
  if (expects_media && config_.media_timeout > 0ms && !leg.media_lost &&
      now - leg.last_media >= config_.media_timeout) {
    leg.media_lost = true;
    post(Event::Kind::media_timeout, leg, "neither RTP nor RTCP");
  }
  if (!leg.is_webrtc() && config_.core_keepalive > 0ms && leg.peer != nullptr &&
      leg.record->transport.remote_rtp.port != 0 && now - leg.last_sent >= config_.core_keepalive) {
    send_keepalive(now, leg);
  }
}

void Hub::handle_timeout(common::TimePoint now) {
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
