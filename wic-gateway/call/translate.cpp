// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/call/translate.hpp"

#include <map>
#include <string>

namespace wic {

ims::sdp::WicAnchor to_anchor(const media::WebrtcLocal& local) {
  return {.ice_ufrag = local.ice.ufrag,
          .ice_password = local.ice.password,
          .fingerprint = {local.fingerprint.algorithm, local.fingerprint.value},
          .tls_id = local.tls_id,
          .candidates = local.candidates,
          .tcp_candidates = local.tcp_candidates};
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

media::codec::Format to_format(const ims::sdp::AudioFormat& format) {
  using media::codec::Codec;
  static const std::map<std::string, Codec, std::less<>> codecs = {
      {"pcmu", Codec::pcmu}, {"pcma", Codec::pcma},     {"g722", Codec::g722},
      {"amr", Codec::amr},   {"amr-wb", Codec::amr_wb}, {"opus", Codec::opus}};
  media::codec::Format out;
  out.codec = codecs.at(format.codec);
  out.packet_time = format.packet_time;
  out.amr.octet_align = format.octet_align;
  out.amr.modes = format.modes;
  out.amr.change_period = format.mode_change_period;
  out.amr.change_neighbor = format.mode_change_neighbor;
  out.opus.in_band_fec = format.in_band_fec;
  out.opus.dtx = format.dtx;
  out.opus.max_bitrate = static_cast<std::int32_t>(format.max_bitrate);
  return out;
}

namespace {

media::Feedback to_feedback(const ims::sdp::Feedback& feedback) {
  return {.nack = feedback.nack, .pli = feedback.pli, .fir = feedback.fir};
}

}  // namespace

media::Connection to_connection(const ims::sdp::StreamState& state) {
  media::Connection connection;
  for (const auto& payload : state.payloads) {
    connection.payloads.push_back({.first = payload.wic,
                                   .second = payload.core,
                                   .first_clock = payload.wic_clock,
                                   .second_clock = payload.core_clock,
                                   .telephone_event = payload.telephone_event,
                                   .transcoded = payload.transcoded});
  }
  connection.first_to_second = state.wic_to_core;
  connection.second_to_first = state.core_to_wic;
  connection.extended_reports = state.extended_reports;
  if (state.transcoding) {
    connection.transcoding = {to_format(state.transcoding->wic),
                              to_format(state.transcoding->core)};
  }
  connection.first_feedback = to_feedback(state.wic_feedback);
  connection.second_feedback = to_feedback(state.core_feedback);
  return connection;
}

media::AddressFamily to_family(common::IpAddress::Family family) {
  return family == common::IpAddress::Family::v6 ? media::AddressFamily::v6
                                                 : media::AddressFamily::v4;
}

}  // namespace wic
