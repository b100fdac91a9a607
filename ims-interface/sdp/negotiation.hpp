// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/endpoint.hpp"
#include "ims-interface/sdp/parser.hpp"

/// The plain structs that an offer/answer exchange takes and gives. They mirror what a media engine
/// needs, so that the gateway copies field by field.
namespace ims::sdp {

/// The WIC's side is W3: DTLS-SRTP, ICE, one port for RTP and RTCP. The core's is plain RTP with a
/// port for RTCP. Nothing else decides how a body is written: there are no flags.
enum class Side : std::uint8_t { wic, core };

[[nodiscard]] constexpr Side other(Side side) { return side == Side::wic ? Side::core : Side::wic; }

/// What a browser without RFC 3312 sees of preconditions: nothing (SES-20).
enum class Preconditions : std::uint8_t {
  strip,   // curr, des and conf lines are dropped in both directions
  pass,    // the WIC supports `precondition`: they pass unchanged
  answer,  // dropped toward the WIC; answers to the core say that our resources are reserved
};

/// What stands on the WIC's side.
enum class Access : std::uint8_t {
  webrtc,  // W3
  phone,   // RTP without ICE: AVP, SAVP with SDES, or DTLS-SRTP
};

/// What a phone is offered; its own offers are answered in the profile that they have.
enum class PhoneOffer : std::uint8_t {
  plain,     // RTP/AVP
  optional,  // RTP/AVP with a=crypto: SRTP for who knows it (RFC 8643)
  sdes,      // RTP/SAVP
  dtls,      // UDP/TLS/RTP/SAVP (RFC 5764)
};

struct PhonePolicy {
  PhoneOffer offer = PhoneOffer::plain;
  /// Keys may stand in the SDP: signalling is encrypted, or the operator says so (RFC 4568 7).
  bool sdes = false;
  bool require_srtp = false;  // plain RTP is refused
  std::vector<std::string> suites = {"AEAD_AES_256_GCM", "AEAD_AES_128_GCM",
                                     "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};
};

struct Policy {
  Access access = Access::webrtc;
  PhonePolicy phone = {};
  common::IpAddress::Family access_family = common::IpAddress::Family::v4;  // of offers to a phone
  bool extended_reports = false;  // a=rtcp-xr goes end to end (RFC 3611)
  bool video = false;             // carry m=video; else it is answered with port 0
  common::IpAddress::Family core_family = common::IpAddress::Family::v4;  // of offers to the core
  Preconditions preconditions = Preconditions::strip;
  /// Audio codecs that are offered beside the offerer's own, and transcoded when the answerer has
  /// none of those; names in lower case, preferred first (MED-31, MED-33).
  std::vector<std::string> transcoding = {};
  Limits limits;
};

/// Number of a stream, stable for the life of a call and the same on both sides. Not the m-line's
/// index: a section that is refused at the edge never appears in the other side's bodies.
using StreamId = std::size_t;

enum class DtlsRole : std::uint8_t { client, server };

/// Algorithm in lower case ("sha-256"), value as upper-case hex pairs with colons (RFC 8122).
struct Fingerprint {
  std::string algorithm;
  std::string value;
  bool operator==(const Fingerprint&) const = default;
};

/// Our end of a stream toward the WIC.
struct WicAnchor {
  std::string ice_ufrag;
  std::string ice_password;
  Fingerprint fingerprint;
  std::string tls_id;                        // RFC 8842; renewed associations get a suffix to it
  std::vector<common::Endpoint> candidates;  // host candidates, preferred first, at least one
  std::vector<common::Endpoint> tcp_candidates = {};  // passive (RFC 6544), preferred first
  bool operator==(const WicAnchor&) const = default;
};

/// Our end of a stream toward the core.
struct CoreAnchor {
  common::Endpoint rtp;
  common::Endpoint rtcp;
  bool operator==(const CoreAnchor&) const = default;
};

/// One SRTP master key with its salt, as a=crypto carries it (RFC 4568).
struct CryptoKey {
  std::string suite;  // "AES_CM_128_HMAC_SHA1_80"
  std::vector<std::uint8_t> key_and_salt;
  bool operator==(const CryptoKey&) const = default;
};

/// Octets of a suite's master key and salt; zero for a suite that is not spoken here.
[[nodiscard]] std::size_t key_size_of(std::string_view suite);

/// Our end of a stream toward a phone.
struct PhoneAnchor {
  common::Endpoint rtp;
  common::Endpoint rtcp;
  Fingerprint fingerprint;
  std::string tls_id;
  std::vector<CryptoKey> keys;  // of ours, one for each suite of the policy
  bool operator==(const PhoneAnchor&) const = default;
};

/// DTLS-SRTP without ICE (RFC 5763).
struct PhoneDtls {
  std::vector<Fingerprint> fingerprints;
  DtlsRole our_role = DtlsRole::server;
  std::string tls_id;
  bool operator==(const PhoneDtls&) const = default;
};

/// What a phone announced for a stream. Neither `crypto` nor `dtls`: plain RTP.
struct PhoneRemote {
  common::Endpoint rtp;
  common::Endpoint rtcp;
  bool rtcp_mux = false;
  std::optional<CryptoKey> crypto;  // its key; ours is the anchor's of the same suite
  std::optional<PhoneDtls> dtls;
  bool operator==(const PhoneRemote&) const = default;
};

/// What the WIC announced for a stream. Only hashes of SHA-256 or stronger are listed.
struct WicRemote {
  std::string ice_ufrag;
  std::string ice_password;
  std::vector<Fingerprint> fingerprints;
  DtlsRole our_role = DtlsRole::server;
  std::string tls_id;  // of the DTLS association in use (RFC 8842); empty when it never had one
  bool operator==(const WicRemote&) const = default;
};

/// What the core announced for a stream. A hold with c=0.0.0.0 keeps the last known endpoints;
/// port 0 means that none is known yet.
struct CoreRemote {
  common::Endpoint rtp;
  common::Endpoint rtcp;
  bool operator==(const CoreRemote&) const = default;
};

/// Why a section gets port 0.
enum class Refusal : std::uint8_t {
  unsupported_media,    // m=application, m=image, video while it is off
  unsupported_profile,  // transport protocol that this side does not speak
  bundle_only,          // a=bundle-only: BUNDLE ends at the edge (MED-05)
  rtcp_mux_required,    // a WIC that cannot multiplex, or a core that insists on it (MED-06)
  missing_ice,          // no ufrag or password, or shorter than RFC 8839 wants
  missing_fingerprint,  // none, or only weaker than SHA-256 (SEC-12)
  invalid_setup,        // a=setup that leaves no DTLS role
  invalid_address,      // c= is not an address literal
  clear_keys,           // a=crypto over signalling that anybody may read
  srtp_required,        // plain RTP, or no way to keys that we speak
  alternative_taken,    // the same medium in another profile was taken
  no_common_codec,      // nothing but telephone-event or CN is left
  refused_by_peer,      // the answerer set port 0
};

/// "no common codec", for logs and the Warning header.
[[nodiscard]] std::string_view text_of(Refusal refusal);
/// RFC 3261 20.43 warn-code that fits: 301, 302, 304, 305 or 399.
[[nodiscard]] int warn_code_of(Refusal refusal);

/// One m-section of an offer that was read.
struct StreamPlan {
  StreamId stream = 0;
  std::size_t line = 0;  // index of the m-line in the body that was read
  std::string kind;      // "audio"
  bool carried = false;  // goes on to the other side
  bool closed = false;   // was carried, the offerer ended it with port 0: its legs may be closed
                         // once the answer is there
  std::optional<Refusal> refusal;  // set when neither carried nor closed by the offerer

  /// Anchors to open and hand to set_anchor() before write_offer() (the other side's) or
  /// write_answer() (the offerer's). False when there is one that still fits.
  bool needs_wic_anchor = false;
  bool needs_core_anchor = false;
  common::IpAddress::Family core_family = common::IpAddress::Family::v4;    // of the core anchor
  common::IpAddress::Family access_family = common::IpAddress::Family::v4;  // of a phone's

  /// What the offerer announced: the one of its side.
  std::optional<WicRemote> wic;
  std::optional<PhoneRemote> phone;
  std::optional<CoreRemote> core;

  /// The WIC restarted ICE: take new credentials and set_anchor() again before write_answer().
  bool ice_restarted = false;
  bool new_dtls_association = false;  // MED-10; false on a stream's first offer
};

struct OfferPlan {
  Side from = Side::wic;
  std::vector<StreamPlan> streams;  // one for each m-line, in their order
  /// A re-offer that changes nothing for the other side (ICE restart, session refresh): it may be
  /// answered here with answer_locally(), and the core's ports never hear of it.
  bool local_only = false;
};

/// RTCP feedback that a side announced for a stream (AVPF: RFC 4585, RFC 5104).
struct Feedback {
  bool nack = false;  // generic NACK
  bool pli = false;
  bool fir = false;
  bool operator==(const Feedback&) const = default;
};

/// A codec that is decoded and encoded here, as its end announced it (RFC 4867 8, RFC 7587 6.1).
struct AudioFormat {
  std::string codec;                          // in lower case
  std::chrono::milliseconds packet_time{20};  // that the end wants: 20, 40 or 60
  bool octet_align = false;                   // AMR
  std::uint16_t modes = 0xffff;               // AMR: that the end takes, as bits
  std::uint8_t mode_change_period = 1;        // AMR: in frames
  bool mode_change_neighbor = false;          // AMR
  bool in_band_fec = false;                   // Opus: the end uses it
  bool dtx = false;                           // Opus: the end wants it
  std::uint32_t max_bitrate = 32'000;         // Opus: bit/s that the end wants at most
  bool operator==(const AudioFormat&) const = default;
};

/// The two codecs of a stream whose ends have none in common.
struct Transcoding {
  AudioFormat wic;
  AudioFormat core;
  bool operator==(const Transcoding&) const = default;
};

/// One payload type as both sides number it; the first field of each pair is the WIC's. Where two
/// entries share a number (an answerer may renumber, RFC 3264 6.1), the first one is to be sent
/// with.
struct PayloadMapping {
  std::uint8_t wic = 0;
  std::uint8_t core = 0;
  std::uint32_t wic_clock = 0;
  std::uint32_t core_clock = 0;  // differs for telephone-event (MED-35) and where transcoded
  bool telephone_event = false;
  bool transcoded = false;  // between the formats of StreamState::transcoding
  bool operator==(const PayloadMapping&) const = default;
};

/// One stream after an answer: all that the media engine must be told.
struct StreamState {
  StreamId stream = 0;
  std::string kind;
  bool carried = false;
  std::optional<Refusal> refusal;  // why it is not carried, when an offer or answer refused it
  std::optional<WicRemote> wic;    // on a carried stream: this or `phone`, and `core`
  std::optional<PhoneRemote> phone;
  std::optional<CoreRemote> core;
  std::vector<PayloadMapping> payloads;   // the preferred codec first
  std::string codec;                      // its name in lower case, on the WIC's side
  std::optional<AudioFormat> wic_format;  // the same, where it is spoken here
  std::optional<AudioFormat> core_format;
  std::optional<Transcoding> transcoding;
  Feedback wic_feedback;  // of video
  Feedback core_feedback;
  bool wic_to_core = false;  // hold and one-way media are these two
  bool core_to_wic = false;
  bool extended_reports = false;      // both sides announced them
  bool ice_restarted = false;         // in this exchange
  bool new_dtls_association = false;  // in this exchange
  bool operator==(const StreamState&) const = default;
};

struct Answer {
  Side from = Side::core;
  std::vector<StreamState> streams;  // every stream of the call
  /// The same as the answer before to the same offer (18x, then again in 200): nothing to apply.
  bool repeated = false;
};

}  // namespace ims::sdp
