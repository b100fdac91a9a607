// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/phone_section.hpp"

#include <algorithm>

#include "ims-interface/sdp/core_section.hpp"
#include "ims-interface/sdp/crypto.hpp"
#include "ims-interface/sdp/dtls_lines.hpp"

namespace ims::sdp {
namespace {

bool is_plain(std::string_view protocol) { return protocol == "RTP/AVP" || protocol == "RTP/AVPF"; }
bool is_secure(std::string_view protocol) {
  return protocol == "RTP/SAVP" || protocol == "RTP/SAVPF";
}
bool is_dtls(std::string_view protocol) {
  return protocol == "UDP/TLS/RTP/SAVP" || protocol == "UDP/TLS/RTP/SAVPF";
}

std::optional<Refusal> read_dtls(const Description& description, const Media& media, bool is_answer,
                                 Stream& stream, PhoneRemote& remote) {
  PhoneDtls dtls;
  dtls.fingerprints = read_fingerprints(description, media);
  if (dtls.fingerprints.empty()) return Refusal::missing_fingerprint;
  const auto* before = stream.phone && stream.phone->dtls ? &*stream.phone->dtls : nullptr;
  const auto role = role_from(value_at_either_level(description, media, "setup"), is_answer,
                              before != nullptr ? before->our_role : DtlsRole::server);
  if (!role) return Refusal::invalid_setup;
  dtls.our_role = *role;
  dtls.tls_id = value_at_either_level(description, media, "tls-id");
  if (before != nullptr && *before != dtls) {
    stream.new_dtls_association = true;
    ++stream.association;
  }
  remote.dtls = std::move(dtls);
  return std::nullopt;
}

/// SAVP must have keys; AVP may have them (RFC 8643) and is plain where they cannot be used.
std::optional<Refusal> read_sdes(const Media& media, bool is_answer, const PhonePolicy& policy,
                                 Stream& stream, PhoneRemote& remote) {
  const bool wanted = is_secure(media.protocol);
  if (!has(media.attributes, "crypto")) {
    return wanted || policy.require_srtp ? std::optional(Refusal::srtp_required) : std::nullopt;
  }
  if (!policy.sdes) {
    return wanted || policy.require_srtp ? std::optional(Refusal::clear_keys) : std::nullopt;
  }
  // A re-offer of ours has the agreed suite alone.
  const bool agreed = is_answer && stream.phone && stream.phone->crypto;
  auto line =
      choose_crypto(media.attributes,
                    agreed ? std::vector<std::string>{stream.phone->crypto->suite} : policy.suites);
  if (!line) {
    return wanted || policy.require_srtp ? std::optional(Refusal::srtp_required) : std::nullopt;
  }
  stream.crypto_tag = line->tag;
  remote.crypto = std::move(line->key);
  return std::nullopt;
}

const CryptoKey* key_for(const PhoneAnchor& anchor, std::string_view suite) {
  const auto found = std::find_if(anchor.keys.begin(), anchor.keys.end(),
                                  [&](const CryptoKey& key) { return key.suite == suite; });
  return found == anchor.keys.end() ? nullptr : &*found;
}

void add_dtls(Media& media, const Stream& stream, const PhoneAnchor& anchor, bool is_answer) {
  const PhoneDtls* before = stream.phone && stream.phone->dtls ? &*stream.phone->dtls : nullptr;
  const DtlsRole role = before != nullptr ? before->our_role : DtlsRole::server;
  media.attributes.push_back({"setup", setup_of(role, is_answer)});
  media.attributes.push_back(
      {"fingerprint", anchor.fingerprint.algorithm + ' ' + anchor.fingerprint.value});
  if (before == nullptr || before->tls_id.empty()) return;
  // RFC 8842 5.2: a new association has a new tls-id at both ends.
  const std::string renewal =
      stream.association == 0 ? "" : '-' + std::to_string(stream.association);
  media.attributes.push_back({"tls-id", anchor.tls_id + renewal});
}

void add_crypto(Media& media, const Stream& stream, const PhoneAnchor& anchor, bool is_answer,
                const PhonePolicy& policy) {
  const bool agreed = stream.phone && stream.phone->crypto;
  if (agreed) {
    const CryptoKey* key = key_for(anchor, stream.phone->crypto->suite);
    if (key != nullptr) {
      media.attributes.push_back(crypto_attribute(is_answer ? stream.crypto_tag : "1", *key));
    }
    return;
  }
  if (is_answer || stream.phone || !policy.sdes) return;
  unsigned tag = 0;
  for (const std::string& suite : policy.suites) {
    const CryptoKey* key = key_for(anchor, suite);
    if (key != nullptr) media.attributes.push_back(crypto_attribute(std::to_string(++tag), *key));
  }
}

}  // namespace

std::string phone_protocol(const PhonePolicy& policy) {
  if (policy.offer == PhoneOffer::dtls) return "UDP/TLS/RTP/SAVP";
  return policy.offer == PhoneOffer::sdes && policy.sdes ? "RTP/SAVP" : "RTP/AVP";
}

std::optional<Refusal> read_phone_section(const Description& description, const Media& media,
                                          bool is_answer, const PhonePolicy& policy,
                                          Stream& stream) {
  const bool dtls =
      is_dtls(media.protocol) || (is_secure(media.protocol) && !has(media.attributes, "crypto") &&
                                  !read_fingerprints(description, media).empty());
  if (!dtls && !is_plain(media.protocol) && !is_secure(media.protocol)) {
    return Refusal::unsupported_profile;
  }
  PhoneRemote remote;
  if (stream.phone) {
    remote.rtp = stream.phone->rtp;
    remote.rtcp = stream.phone->rtcp;
  }
  const SectionAddresses read = read_addresses(description, media, remote.rtp, remote.rtcp);
  if (read.refusal) return read.refusal;
  if (!read.receives) stream.on(Side::wic).direction.receive = false;
  const bool mux_possible = !is_answer || (stream.phone ? stream.phone->rtcp_mux : dtls);
  remote.rtcp_mux = mux_possible && has(media.attributes, "rtcp-mux");
  const auto refusal = dtls ? read_dtls(description, media, is_answer, stream, remote)
                            : read_sdes(media, is_answer, policy, stream, remote);
  if (refusal) return refusal;
  stream.phone = std::move(remote);
  return std::nullopt;
}

void add_phone_lines(Media& media, const Stream& stream, const PhoneAnchor& anchor, bool is_answer,
                     const PhonePolicy& policy) {
  const bool dtls = is_dtls(media.protocol) || (stream.phone && stream.phone->dtls);
  // With DTLS one association less; else only for phones that asked for it.
  const bool mux = stream.phone ? stream.phone->rtcp_mux : dtls && !is_answer;
  if (mux) media.attributes.push_back({"rtcp-mux", std::nullopt});
  if (dtls) {
    add_dtls(media, stream, anchor, is_answer);
  } else {
    add_crypto(media, stream, anchor, is_answer, policy);
  }
}

}  // namespace ims::sdp
