// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/wic_section.hpp"

#include <algorithm>
#include <array>

#include "ims-interface/sdp/dtls_lines.hpp"
#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

/// RFC 8839 5.4: 4 to 256 ice-chars for the ufrag, 22 to 256 for the password.
bool is_ice_string(std::string_view text, std::size_t shortest) {
  return text.size() >= shortest && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

DtlsRole role_of(const Stream& stream) {
  return stream.wic ? stream.wic->our_role : DtlsRole::server;
}

void note_changes(WicRemote& remote, std::string_view tls_id, Stream& stream) {
  remote.tls_id = tls_id;
  if (stream.wic) {
    const WicRemote& before = *stream.wic;
    stream.ice_restarted =
        before.ice_ufrag != remote.ice_ufrag && before.ice_password != remote.ice_password;
    const bool other_tls_id =
        !stream.wic_tls_id.empty() && !tls_id.empty() && stream.wic_tls_id != tls_id;
    stream.new_dtls_association = before.fingerprints != remote.fingerprints ||
                                  before.our_role != remote.our_role || other_tls_id;
    if (stream.new_dtls_association) {
      ++stream.association;
    } else {
      remote.tls_id = before.tls_id;  // an id that is left out or comes late names the same one
    }
  }
  if (!tls_id.empty() || stream.new_dtls_association) stream.wic_tls_id = tls_id;
  stream.wic_knows_tls_id = !tls_id.empty();
}

std::string candidate_text(const common::Endpoint& endpoint, std::size_t index) {
  // RFC 8445 5.1.2.1: host preference 126, component 1; earlier addresses are preferred.
  const std::size_t priority = (126UL << 24U) + ((65535 - index) << 8U) + 255;
  return std::to_string(index + 1) + " 1 udp " + std::to_string(priority) + ' ' +
         endpoint.address.to_string() + ' ' + std::to_string(endpoint.port) + " typ host";
}

std::string tcp_candidate_text(const common::Endpoint& endpoint, std::size_t index,
                               std::size_t foundation) {
  // RFC 6544 4.2: a preference under that of UDP, then the direction's (passive: 4) before that of
  // the address.
  const std::size_t local_preference = (4UL << 13U) + 8191 - index;
  const std::size_t priority = (90UL << 24U) + (local_preference << 8U) + 255;
  return std::to_string(foundation) + " 1 tcp " + std::to_string(priority) + ' ' +
         endpoint.address.to_string() + ' ' + std::to_string(endpoint.port) +
         " typ host tcptype passive";
}

}  // namespace

bool is_wic_protocol(std::string_view protocol) {
  // RFC 8829 5.1.2: these names all mean the same to a WebRTC endpoint.
  constexpr std::array names = {"UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF",
                                "TCP/DTLS/RTP/SAVP", "RTP/SAVPF",        "RTP/SAVP"};
  return std::find(names.begin(), names.end(), protocol) != names.end();
}

std::optional<Refusal> read_wic_section(const Description& description, const Media& media,
                                        bool is_answer, Stream& stream) {
  if (!is_wic_protocol(media.protocol)) return Refusal::unsupported_profile;
  if (!has(media.attributes, "rtcp-mux")) return Refusal::rtcp_mux_required;
  WicRemote remote;
  remote.ice_ufrag = value_at_either_level(description, media, "ice-ufrag");
  remote.ice_password = value_at_either_level(description, media, "ice-pwd");
  if (!is_ice_string(remote.ice_ufrag, 4) || !is_ice_string(remote.ice_password, 22)) {
    return Refusal::missing_ice;
  }
  remote.fingerprints = read_fingerprints(description, media);
  if (remote.fingerprints.empty()) return Refusal::missing_fingerprint;
  const auto role =
      role_from(value_at_either_level(description, media, "setup"), is_answer, role_of(stream));
  if (!role) return Refusal::invalid_setup;
  remote.our_role = *role;
  note_changes(remote, value_at_either_level(description, media, "tls-id"), stream);
  stream.wic = std::move(remote);
  return std::nullopt;
}

void add_wic_attributes(Media& media, const Stream& stream, const WicAnchor& anchor,
                        bool is_answer) {
  Attributes& out = media.attributes;
  if (!stream.mid.empty()) out.push_back({"mid", stream.mid});
  out.push_back({"rtcp-mux", std::nullopt});
  if (!is_answer) out.push_back({"rtcp-mux-only", std::nullopt});
  out.push_back({"setup", setup_of(role_of(stream), is_answer)});
  out.push_back({"fingerprint", anchor.fingerprint.algorithm + ' ' + anchor.fingerprint.value});
  if (!anchor.tls_id.empty() && (!is_answer || stream.wic_knows_tls_id)) {
    // RFC 8842 5.2: a new association has a new tls-id at both ends.
    const std::string renewal =
        stream.association == 0 ? "" : '-' + std::to_string(stream.association);
    out.push_back({"tls-id", anchor.tls_id + renewal});
  }
  out.push_back({"ice-ufrag", anchor.ice_ufrag});
  out.push_back({"ice-pwd", anchor.ice_password});
  for (std::size_t i = 0; i < anchor.candidates.size(); ++i) {
    out.push_back({"candidate", candidate_text(anchor.candidates[i], i)});
  }
  for (std::size_t i = 0; i < anchor.tcp_candidates.size(); ++i) {
    const std::size_t foundation = anchor.candidates.size() + i + 1;
    out.push_back({"candidate", tcp_candidate_text(anchor.tcp_candidates[i], i, foundation)});
  }
  out.push_back({"end-of-candidates", std::nullopt});
}

}  // namespace ims::sdp
