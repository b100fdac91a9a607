// SPDX-License-Identifier: Apache-2.0
// Hub: DTLS associations of W3 legs and the keys that come out of them.
#include <algorithm>

#include "media/relay/hub.hpp"
#include "media/table/counters.hpp"

namespace media::relay {

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

void Hub::handle_handshake(Leg& leg, Datagram& datagram) {
  if (!leg.association_started) {
    const auto bytes = datagram.bytes();
    leg.early_handshake.assign(bytes.begin(), bytes.end());
    datagram.action = Action::drop;
    start_association(leg);  // the answer may be known: a restart ended the one that was under way
    return;
  }
  datagram.action = Action::handshake;
  datagram.slot = leg.slot;
  ++counters_.handshake_datagrams;
}

}  // namespace media::relay
