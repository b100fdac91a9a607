// SPDX-License-Identifier: Apache-2.0
// Hub: DTLS associations, SDES keys, and the SRTP contexts that come out of them.
#include <algorithm>

#include "media/relay/hub.hpp"
#include "media/relay/relay.hpp"
#include "media/relay/sender_check.hpp"
#include "media/table/counters.hpp"

namespace media::relay {
namespace {

Leg::Handshake& handshake_of(Leg& leg, Component component) {
  return leg.handshakes[static_cast<std::size_t>(component)];
}

/// Keys that somebody maps the table for must not be seen with another key's indices.
void forget_keys(Leg& leg, Component component) {
  leg.keys(component).keyed = 0;
  (component == Component::rtp ? leg.sending : leg.sending_rtcp).reset();
  (component == Component::rtp ? leg.receiving : leg.receiving_rtcp).reset();
  leg.keys(component) = table::KeyRecord{};
}

srtp::MasterKey master_key(srtp::Profile profile, const std::vector<std::uint8_t>& key_and_salt) {
  srtp::MasterKey out;
  const std::size_t key = srtp::key_size(profile);
  std::copy_n(key_and_salt.begin(), key, out.key.begin());
  std::copy_n(key_and_salt.begin() + static_cast<std::ptrdiff_t>(key), srtp::salt_size(profile),
              out.salt.begin());
  return out;
}

bool same_key(const srtp::MasterKey& left, const srtp::MasterKey& right) {
  return left.key == right.key && left.salt == right.salt;
}

}  // namespace

void Hub::set_remote(common::TimePoint /*now*/, std::uint32_t slot, LegId leg_id,
                     const WebrtcRemote& remote) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || !leg->is_webrtc()) return;
  ice::Credentials credentials;
  credentials.ufrag.assign(remote.ice.ufrag);
  credentials.password.assign(remote.ice.password);
  leg->agent.set_remote(credentials);
  // MED-10: an unchanged re-offer keeps the association
  if (has_dtls(*leg, remote.fingerprints, remote.our_role, remote.tls_id)) return;
  set_fingerprints(*leg, remote.fingerprints, remote.our_role, remote.tls_id);
  renew_association(*leg);
  if (leg->agent.path()) start_association(*leg, Component::rtp);
}

bool Hub::has_dtls(const Leg& leg, const std::vector<Fingerprint>& fingerprints, DtlsRole role,
                   const std::string& tls_id) {
  const table::SecurityRecord& security = leg.record->security;
  bool same = security.fingerprint_count == fingerprints.size() &&
              (security.we_are_client != 0) == (role == DtlsRole::client) &&
              security.remote_tls_id.view() == tls_id;
  for (std::size_t i = 0; same && i < fingerprints.size(); ++i) {
    same = security.fingerprints[i].algorithm.view() == fingerprints[i].algorithm &&
           security.fingerprints[i].value.view() == fingerprints[i].value;
  }
  return same;
}

void Hub::set_fingerprints(Leg& leg, const std::vector<Fingerprint>& fingerprints, DtlsRole role,
                           const std::string& tls_id) {
  table::SecurityRecord& security = leg.record->security;
  const std::size_t count = std::min(fingerprints.size(), table::SecurityRecord::max_fingerprints);
  for (std::size_t i = 0; i < count; ++i) {
    security.fingerprints[i].algorithm.assign(fingerprints[i].algorithm);
    security.fingerprints[i].value.assign(fingerprints[i].value);
  }
  security.fingerprint_count = static_cast<std::uint8_t>(count);
  security.we_are_client = role == DtlsRole::client ? 1 : 0;
  security.remote_tls_id.assign(tls_id);
}

void Hub::renew_association(Leg& leg) {
  ++leg.record->security.association;
  for (Leg::Handshake& handshake : leg.handshakes) {
    handshake.started = false;
    handshake.remote = {};
  }
}

void Hub::set_protection(common::TimePoint now, Leg& leg, const RtpRemote& remote) {
  table::SecurityRecord& security = leg.record->security;
  const auto wanted = remote.sdes   ? table::Protection::sdes
                      : remote.dtls ? table::Protection::dtls
                                    : table::Protection::none;
  const std::uint8_t separate = remote.dtls && !remote.rtcp_mux ? 1 : 0;
  if (security.protection != wanted || security.separate_rtcp != separate) {
    forget_keys(leg, Component::rtp);
    forget_keys(leg, Component::rtcp);
    security.fingerprint_count = 0;
    security.protection = wanted;
    security.separate_rtcp = separate;
    table::publish_secure(*leg.record, false);
  }
  leg.refresh_protection();
  if (remote.sdes) set_sdes(now, leg, *remote.sdes);
  if (!remote.dtls) return;
  const DtlsRemote& dtls = *remote.dtls;
  if (!has_dtls(leg, dtls.fingerprints, dtls.our_role, dtls.tls_id)) {
    set_fingerprints(leg, dtls.fingerprints, dtls.our_role, dtls.tls_id);
    renew_association(leg);
  }
  const bool speaks_first = dtls.our_role == DtlsRole::client && remote.rtp.port != 0;
  for (const Component component : {Component::rtp, Component::rtcp}) {
    if (component == Component::rtcp && separate == 0) continue;
    const bool waiting = !handshake_of(leg, component).early.empty();
    if (speaks_first || waiting) start_association(leg, component);
  }
}

void Hub::set_sdes(common::TimePoint now, Leg& leg, const SdesKeys& sdes) {
  const auto profile = srtp::profile_of_suite(sdes.suite);
  if (!profile) return;  // refused by validated() before
  table::KeyRecord& keys = leg.record->security.keys;
  const srtp::MasterKey local = master_key(*profile, sdes.local);
  const srtp::MasterKey remote = master_key(*profile, sdes.remote);
  const bool same_profile = keys.keyed != 0 && keys.profile == *profile;
  const bool keeps_local = same_profile && same_key(keys.local, local);
  const bool keeps_remote = same_profile && same_key(keys.remote, remote);
  if (keeps_local && keeps_remote) return;
  keys.keyed = 0;
  leg.sending.reset();
  leg.receiving.reset();
  keys.profile = *profile;
  keys.local = local;
  keys.remote = remote;
  // Under a key that stays, indices go on: none may be used twice (RFC 3711 9.1).
  if (!keeps_local) keys.sending = srtp::DirectionState{};
  if (!keeps_remote) keys.receiving = srtp::DirectionState{};
  keys.keyed = 1;
  leg.key(Component::rtp, config_.backend);
  leg.last_media = now;
  table::publish_secure(*leg.record, true);
  post(Event::Kind::connected, leg, sdes.suite);
}

void Hub::start_association(Leg& leg, Component component) {
  const table::SecurityRecord& security = leg.record->security;
  Leg::Handshake& handshake = handshake_of(leg, component);
  if (handshake.started || security.fingerprint_count == 0) return;
  handshake.started = true;
  HandshakeStart start;
  start.leg = LegId{leg.record->leg_id};
  start.component = component;
  start.association = security.association;
  start.role = security.we_are_client != 0 ? DtlsRole::client : DtlsRole::server;
  for (std::size_t i = 0; i < security.fingerprint_count; ++i) {
    start.expected.push_back({std::string(security.fingerprints[i].algorithm.view()),
                              std::string(security.fingerprints[i].value.view())});
  }
  start.first_datagram = std::move(handshake.early);
  handshake.early = {};
  handshakes_.push_back(std::move(start));
}

void Hub::handshake_output(std::uint32_t slot, LegId leg_id, std::uint32_t association,
                           std::vector<std::byte> datagram, Component component) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->record->security.association != association || leg->consent_lost) {
    return;
  }
  if (leg->is_webrtc()) {
    const auto path = leg->agent.path();
    if (!path) return;
    transmits_.push_back(
        {Action::send_shared, path->socket, slot, path->remote, std::move(datagram)});
    return;
  }
  const bool rtcp = component == Component::rtcp;
  common::Endpoint to = handshake_of(*leg, component).remote;
  if (to.port == 0) to = peer_address(*leg, rtcp);
  if (to.port == 0) return;  // DTLS sends it again
  transmits_.push_back(
      {rtcp ? Action::send_rtcp : Action::send_rtp, 0, slot, to, std::move(datagram)});
}

void Hub::handshake_done(common::TimePoint now, std::uint32_t slot, LegId leg_id,
                         std::uint32_t association, const dtls::SrtpKeys& keys,
                         Component component) {
  Leg* leg = find(slot, leg_id);
  if (leg == nullptr || leg->record->security.association != association) return;
  forget_keys(*leg, component);
  table::KeyRecord& own = leg->keys(component);
  own.profile = keys.profile;
  own.local = keys.local;
  own.remote = keys.remote;
  own.keyed = 1;
  leg->key(component, config_.backend);
  const common::Endpoint& from = handshake_of(*leg, component).remote;
  if (!leg->is_webrtc() && from.port != 0 && leg->record->transport.latch != Latch::off) {
    latch(*leg, from, component == Component::rtcp);
  }
  if (component == Component::rtcp) return;
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

void Hub::handle_handshake(Leg& leg, Datagram& datagram, Component component) {
  Leg::Handshake& handshake = handshake_of(leg, component);
  if (!handshake.started) {
    const auto bytes = datagram.bytes();
    handshake.early.assign(bytes.begin(), bytes.end());
    datagram.action = Action::drop;
    // The answer may be known: a restart ended the one that was under way.
    start_association(leg, component);
    return;
  }
  datagram.action = Action::handshake;
  datagram.rtcp_port = component == Component::rtcp;
  datagram.slot = leg.slot;
  ++counters_.handshake_datagrams;
}

}  // namespace media::relay
