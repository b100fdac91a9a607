// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/call/phone_media.hpp"

#include <array>
#include <span>

#include "wic-gateway/call/translate.hpp"

namespace wic {
namespace {

namespace sdp = ims::sdp;
using namespace std::chrono_literals;

/// Addresses that no other network routes to (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291).
bool is_private(const common::IpAddress& address) {
  const auto& octet = address.octets;
  if (address.is_v6()) {
    return (octet[0] & 0xfeU) == 0xfcU || (octet[0] == 0xfeU && (octet[1] & 0xc0U) == 0x80U) ||
           address.is_loopback();
  }
  return octet[0] == 10 || octet[0] == 127 || (octet[0] == 172 && (octet[1] & 0xf0U) == 16) ||
         (octet[0] == 192 && octet[1] == 168) || (octet[0] == 100 && (octet[1] & 0xc0U) == 64) ||
         (octet[0] == 169 && octet[1] == 254);
}

bool is_secure(ims::Transport transport) {
  return transport == ims::Transport::tls || transport == ims::Transport::wss;
}

}  // namespace

bool is_phone(const ims::AccessSide& side) {
  return side.transport != ims::Transport::ws && side.transport != ims::Transport::wss;
}

sdp::PhonePolicy phone_policy(const PhoneMediaConfig& config, const ims::AccessSide& side) {
  sdp::PhonePolicy policy;
  policy.offer = side.offer.value_or(config.offer);
  policy.sdes = is_secure(side.transport) || config.sdes_over_clear;
  policy.require_srtp = config.require_srtp;
  policy.suites = config.suites;
  return policy;
}

sdp::PhoneAnchor to_phone_anchor(const media::RtpLocal& local) {
  return {.rtp = local.rtp,
          .rtcp = local.rtcp,
          .fingerprint = {local.fingerprint.algorithm, local.fingerprint.value},
          .tls_id = local.tls_id,
          .keys = {}};
}

sdp::CryptoKey new_key(std::string_view suite, common::RandomSource& random) {
  sdp::CryptoKey key;
  key.suite = suite;
  key.key_and_salt.resize(sdp::key_size_of(suite));
  random.fill(std::as_writable_bytes(std::span(key.key_and_salt)));
  return key;
}

std::optional<media::RtpRemote> to_remote(const sdp::PhoneRemote& remote,
                                          const sdp::PhoneAnchor& anchor,
                                          const ims::AccessSide& side) {
  media::RtpRemote out{remote.rtp, remote.rtcp};
  out.observed = side.source;
  if (remote.rtp.address != side.source && is_private(remote.rtp.address)) {
    out.rtp.address = side.source;
    out.rtcp.address = side.source;
  }
  out.rtcp_mux = remote.rtcp_mux;
  if (remote.crypto) {
    media::SdesKeys keys{
        .suite = remote.crypto->suite, .local = {}, .remote = remote.crypto->key_and_salt};
    for (const sdp::CryptoKey& own : anchor.keys) {
      if (own.suite == keys.suite) keys.local = own.key_and_salt;
    }
    if (keys.local.empty()) return std::nullopt;
    out.sdes = std::move(keys);
  }
  if (remote.dtls) {
    media::DtlsRemote dtls;
    for (const sdp::Fingerprint& one : remote.dtls->fingerprints) {
      dtls.fingerprints.push_back({one.algorithm, one.value});
    }
    dtls.our_role = remote.dtls->our_role == sdp::DtlsRole::client ? media::DtlsRole::client
                                                                   : media::DtlsRole::server;
    dtls.tls_id = remote.dtls->tls_id;
    out.dtls = std::move(dtls);
  }
  return out;
}

media::Announcement to_announcement(const sdp::StreamState& state) {
  media::Announcement out;
  if (state.wic_format) out.format = to_format(*state.wic_format);
  if (!state.payloads.empty()) out.payload_type = state.payloads.front().wic;
  return out;
}

std::shared_ptr<const media::Sound> builtin_sound(ims::Announcement what) {
  static constexpr std::array accepted = {
      media::ToneStep{0, 0, 300ms}, media::ToneStep{660, 0, 180ms}, media::ToneStep{880, 0, 320ms},
      media::ToneStep{0, 0, 500ms}};
  static constexpr std::array refused = {
      media::ToneStep{0, 0, 300ms}, media::ToneStep{425, 0, 350ms}, media::ToneStep{0, 0, 250ms},
      media::ToneStep{425, 0, 350ms}, media::ToneStep{0, 0, 500ms}};
  static const auto good = std::make_shared<const media::Sound>(media::make_tone(accepted));
  static const auto bad = std::make_shared<const media::Sound>(media::make_tone(refused));
  return what == ims::Announcement::accepted ? good : bad;
}

}  // namespace wic
