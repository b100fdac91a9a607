// SPDX-License-Identifier: Apache-2.0
// Hub: whose a received datagram is, and whether its source may send it.
#include <algorithm>
#include <array>

#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"
#include "media/relay/sender_check.hpp"
#include "media/rtp/demux.hpp"
#include "media/table/counters.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;

/// A check from an address that another leg used within this time does not take it over.
constexpr auto path_reservation = 15s;

}  // namespace

bool Hub::is_path_free(common::TimePoint now, const ice::Path& path, const Leg& leg) {
  const auto found = by_path_.find(path);
  if (!found || *found == leg.slot || !legs_[*found]) return true;
  const Leg& owner = *legs_[*found];
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
  } else if (const auto found = by_path_.find(path); found) {
    leg = legs_[*found].get();  // strangers get no answer at all (SEC-14)
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
  datagram.action = Action::send_shared;  // back by the way it came
  if (!outcome.authenticated) {
    ++counters_.stun_refused;
    return;
  }
  leg->consent_lost = false;
  if (outcome.path_removed) forget_path(*outcome.path_removed, *leg);
  by_path_.set(path, leg->slot);  // also back from a leg that used the address in the meantime
  if (outcome.restart_completed) by_ufrag_.erase(old_ufrag);
  if (outcome.selected_changed || outcome.path_added) {
    table::publish_remote(*leg->record, leg->agent.path()->remote);
  }
  start_association(*leg, Component::rtp);  // unless it was started
}

Leg* Hub::leg_on_path(const Datagram& datagram) const {
  const auto found = by_path_.find(ice::Path{datagram.socket, datagram.remote});
  return found ? legs_[*found].get() : nullptr;
}

void Hub::find_legs(std::span<const Datagram> datagrams, std::span<Leg*> legs) const {
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    legs[i] = leg_on_path(datagrams[i]);
    if (legs[i] != nullptr) __builtin_prefetch(legs[i]);
  }
  const auto found = legs.first(datagrams.size());
  for (const Leg* leg : found) {
    if (leg != nullptr) leg->prefetch_input();
  }
  for (const Leg* leg : found) {
    if (leg != nullptr && leg->peer != nullptr) leg->peer->prefetch_output();
  }
}

void Hub::handle_webrtc(common::TimePoint now, std::span<Datagram> datagrams) {
  found_.resize(std::max(found_.size(), datagrams.size()));
  find_legs(datagrams, found_);
  bool paths_changed = false;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    Datagram& datagram = datagrams[i];
    const rtp::PacketKind kind = rtp::classify(datagram.bytes());
    if (kind == rtp::PacketKind::stun) {
      handle_stun(now, datagram);
      paths_changed = true;
      continue;
    }
    datagram.action = Action::drop;
    if (kind == rtp::PacketKind::other) {
      counters_.drop(DropReason::malformed);
      continue;
    }
    Leg* found = paths_changed ? leg_on_path(datagram) : found_[i];
    if (found == nullptr) {  // SEC-13
      counters_.drop(DropReason::unknown_source);
      continue;
    }
    Leg& leg = *found;
    if (kind == rtp::PacketKind::dtls) {
      handle_handshake(leg, datagram, Component::rtp);
    } else if (kind == rtp::PacketKind::rtp) {
      accept_rtp(now, leg, datagram);
    } else {
      accept_rtcp(now, leg, datagram);
    }
  }
}

bool Hub::accept_rtp(common::TimePoint now, Leg& leg, Datagram& datagram) {
  const bool good = relay_rtp(now, leg, datagram, counters_);
  if (leg.transcodes && good) hand_to_transcoder(now, leg, datagram);
  return good;
}

bool Hub::accept_rtcp(common::TimePoint now, Leg& leg, Datagram& datagram) {
  const bool good = relay_rtcp(now, leg, datagram, counters_);
  note_keyframe_wish(now, leg);
  repeat_missing(now, leg);
  if (leg.peer != nullptr && leg.peer->transcodes && good && leg.reports.report()) {
    const unsigned lost = leg.reports.report()->fraction_lost * 100U / 256U;
    queue_transcoding(*leg.peer, ReceiverLoss{static_cast<std::uint8_t>(lost)});
  }
  return good;
}

void Hub::accept_core(common::TimePoint now, Leg& leg, Datagram& datagram) {
  const rtp::PacketKind kind = rtp::classify(datagram.bytes());
  datagram.action = Action::drop;
  const bool rtcp = kind == rtp::PacketKind::rtcp;
  const bool is_dtls =
      kind == rtp::PacketKind::dtls && leg.record->security.protection == table::Protection::dtls;
  const auto refuse = [&](DropReason reason) {
    counters_.drop(reason);
    table::bump(leg.record->received.dropped, 1);
  };
  if (!rtcp && !is_dtls && (kind != rtp::PacketKind::rtp || datagram.rtcp_port)) {
    return refuse(DropReason::malformed);
  }
  const bool port = datagram.rtcp_port;
  const Sender sender = judge_sender(now, leg, datagram.remote, port);
  if (sender == Sender::foreign) return refuse(DropReason::foreign_source);
  if (is_dtls) {
    // No address is taken over yet: that waits for the right fingerprint.
    const Component component = port ? Component::rtcp : Component::rtp;
    leg.handshakes[static_cast<std::size_t>(component)].remote = datagram.remote;
    return handle_handshake(leg, datagram, component);
  }
  const common::Endpoint source = datagram.remote;
  if (sender == Sender::candidate && !leg.secured) latch(leg, source, port);
  const bool good = rtcp ? accept_rtcp(now, leg, datagram) : accept_rtp(now, leg, datagram);
  if (good && sender == Sender::candidate && leg.secured) latch(leg, source, port);
}

void Hub::handle_shared(common::TimePoint now, std::span<Datagram> datagrams, bool rtcp_port) {
  found_.resize(std::max(found_.size(), datagrams.size()));
  find_legs(datagrams, found_);
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    Datagram& datagram = datagrams[i];
    datagram.action = Action::drop;
    datagram.rtcp_port = rtcp_port;
    if (found_[i] == nullptr) {
      counters_.drop(DropReason::unknown_source);
      continue;
    }
    accept_core(now, *found_[i], datagram);
  }
}

void Hub::handle_core(common::TimePoint now, std::uint32_t slot, std::span<Datagram> datagrams) {
  Leg* leg = slot < legs_.size() ? legs_[slot].get() : nullptr;
  for (Datagram& datagram : datagrams) {
    datagram.action = Action::drop;
    if (leg != nullptr) accept_core(now, *leg, datagram);
  }
}

}  // namespace media::relay
