// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/call/translate.hpp"

namespace wic {

ims::sdp::WicAnchor to_anchor(const media::WebrtcLocal& local) {
  return {.ice_ufrag = local.ice.ufrag,
          .ice_password = local.ice.password,
          .fingerprint = {local.fingerprint.algorithm, local.fingerprint.value},
          .tls_id = local.tls_id,
          .candidates = local.candidates};
}

ims::sdp::CoreAnchor to_anchor(const media::RtpLocal& local) { return {local.rtp, local.rtcp}; }

media::WebrtcRemote to_remote(const ims::sdp::WicRemote& remote) {
  media::WebrtcRemote out;
  out.ice = {remote.ice_ufrag, remote.ice_password};
  for (const auto& fingerprint : remote.fingerprints) {
    out.fingerprints.push_back({fingerprint.algorithm, fingerprint.value});
  }
  out.our_role = remote.our_role == ims::sdp::DtlsRole::client ? media::DtlsRole::client
                                                               : media::DtlsRole::server;
  out.tls_id = remote.tls_id;
  return out;
}

media::RtpRemote to_remote(const ims::sdp::CoreRemote& remote, bool latch) {
  media::RtpRemote out{remote.rtp, remote.rtcp};
  if (latch) out.latch = media::Latch::any;
  return out;
}

media::Connection to_connection(const ims::sdp::StreamState& state) {
  media::Connection connection;
  for (const auto& payload : state.payloads) {
    connection.payloads.push_back({.first = payload.wic,
                                   .second = payload.core,
                                   .first_clock = payload.wic_clock,
                                   .second_clock = payload.core_clock,
                                   .telephone_event = payload.telephone_event});
  }
  connection.first_to_second = state.wic_to_core;
  connection.second_to_first = state.core_to_wic;
  connection.extended_reports = state.extended_reports;
  if (state.phone) {
    connection.first_feedback = state.phone->feedback ? media::full_feedback : media::Feedback{};
  }
  if (state.core && state.core->feedback) connection.second_feedback = media::full_feedback;
  return connection;
}

media::AddressFamily to_family(common::IpAddress::Family family) {
  return family == common::IpAddress::Family::v6 ? media::AddressFamily::v6
                                                 : media::AddressFamily::v4;
}

}  // namespace wic
