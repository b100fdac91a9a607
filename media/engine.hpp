// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/endpoint.hpp"
#include "common/result.hpp"
#include "media/codec/format.hpp"
#include "media/sound.hpp"

/// The eIMS-AGW's narrow interface (TS 23.228 U.1.3.4): plain structs, no SIP and no SDP text, so
/// that the engine may live in another process without a change in its users.
namespace media {

/// One call's media; all its legs live on one media worker.
struct CallId {
  std::uint64_t value = 0;
  auto operator<=>(const CallId&) const = default;
};

/// One transport of one media section of a call.
struct LegId {
  std::uint64_t value = 0;
  auto operator<=>(const LegId&) const = default;
};

enum class DtlsRole : std::uint8_t { client, server };

/// Certificate hash of RFC 8122: algorithm in lower case ("sha-256"), value as upper-case hex pairs
/// with colons, as SDP prints it.
struct Fingerprint {
  std::string algorithm;
  std::string value;
  bool operator==(const Fingerprint&) const = default;
};

struct IceCredentials {
  std::string ufrag;
  std::string password;
  bool operator==(const IceCredentials&) const = default;
};

/// What our side of a W3 leg announces. ICE-lite: every candidate is a host candidate (RFC 8445).
struct WebrtcLocal {
  LegId leg;
  IceCredentials ice;
  Fingerprint fingerprint;
  std::string tls_id;                                 // RFC 8842, 20-255 characters
  std::vector<common::Endpoint> candidates;           // preferred first; RTP and RTCP multiplexed
  std::vector<common::Endpoint> tcp_candidates = {};  // passive (RFC 6544), preferred first
};

/// What the browser announced. Its candidates do not matter: its address is learned from its
/// authenticated checks.
struct WebrtcRemote {
  IceCredentials ice;
  std::vector<Fingerprint> fingerprints;  // at least one must match before any key is used
  DtlsRole our_role = DtlsRole::server;
  std::string tls_id;  // RFC 8842, may be empty; another value means a new association
};

enum class AddressFamily : std::uint8_t { v4, v6 };

/// Our side of a leg without ICE: RTP and RTCP port of one pair (RFC 3550 section 11).
struct RtpLocal {
  LegId leg;
  common::Endpoint rtp;
  common::Endpoint rtcp;
  Fingerprint fingerprint;  // for DTLS-SRTP without ICE (RFC 5763)
  std::string tls_id;
};

/// Whether a leg learns its peer's real address from the packets (symmetric RTP). A leg with SRTP
/// follows only packets that are authentic.
enum class Latch : std::uint8_t {
  off,   // the signalled address it is
  any,   // the first packet decides, wherever it comes from
  host,  // as `any`, but only from the signalled host or the one that `observed` names
};

/// Keys of RFC 4568, as the a=crypto lines of both sides carry them.
struct SdesKeys {
  std::string suite;                 // "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", ...
  std::vector<std::uint8_t> local;   // master key, then salt: protects what we send
  std::vector<std::uint8_t> remote;  // protects what the peer sends
  bool operator==(const SdesKeys&) const = default;
};

/// DTLS-SRTP without ICE (RFC 5763).
struct DtlsRemote {
  std::vector<Fingerprint> fingerprints;  // at least one must match before any key is used
  DtlsRole our_role = DtlsRole::server;
  std::string tls_id;  // as in WebrtcRemote
  bool operator==(const DtlsRemote&) const = default;
};

/// What the peer of a leg without ICE announced. Neither `sdes` nor `dtls`: plain RTP.
struct RtpRemote {
  common::Endpoint rtp;  // port 0: unknown yet, or the stream is refused
  common::Endpoint rtcp;
  Latch latch = Latch::off;
  std::optional<common::IpAddress> observed = std::nullopt;  // another host for Latch::host
  bool relatch = false;   // a host's new port takes over once the old one is silent (NAT rebinding)
  bool rtcp_mux = false;  // RTCP comes and goes on the RTP port (RFC 5761)
  std::optional<SdesKeys> sdes = std::nullopt;
  std::optional<DtlsRemote> dtls = std::nullopt;
};

/// One RTP payload type as each side of a connection numbers it.
struct PayloadMapping {
  std::uint8_t first = 0;   // payload type on the first leg
  std::uint8_t second = 0;  // payload type on the second leg
  std::uint32_t first_clock = 0;
  std::uint32_t second_clock = 0;  // differs only for telephone-event, whose times are rescaled
  bool telephone_event = false;
  bool transcoded = false;  // sound of Connection::transcoding
  auto operator<=>(const PayloadMapping&) const = default;
};

/// Which RTCP feedback a leg's peer negotiated (AVPF: RFC 4585, RFC 5104).
struct Feedback {
  bool nack = false;  // generic NACK
  bool pli = false;
  bool fir = false;
  bool operator==(const Feedback&) const = default;
};
inline constexpr Feedback full_feedback{.nack = true, .pli = true, .fir = true};

/// The codecs of two legs that have none in common (MED-31).
struct Transcoding {
  codec::Format first;
  codec::Format second;
  bool operator==(const Transcoding&) const = default;
};

/// How two legs exchange media. What no mapping names is dropped and counted. A keyframe request
/// reaches the other side as what that side understands: PLI, FIR, or Event::keyframe_wanted.
struct Connection {
  std::vector<PayloadMapping> payloads;
  bool first_to_second = true;
  bool second_to_first = true;
  Feedback first_feedback = full_feedback;  // a W3 leg
  Feedback second_feedback = {};
  bool extended_reports = false;  // RTCP XR (RFC 3611) passes; else it ends here
  std::optional<Transcoding> transcoding = std::nullopt;
};

/// One direction's counters of a leg.
struct StreamCounters {
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;
  std::uint64_t dropped = 0;  // replayed, unauthenticated, malformed, unmapped or before validation
};

/// How well one direction of a leg goes over the network.
struct StreamQuality {
  double loss = 0;                      // share of packets, over the whole call
  std::chrono::microseconds jitter{0};  // RFC 3550 6.4.1
  double mos = 0;                       // estimated, 1 to 4.5: E-model of ITU-T G.107, simplified
};

struct LegStatistics {
  StreamCounters received;
  StreamCounters sent;
  std::optional<common::Endpoint> remote;  // the validated or latched peer
  bool secure = false;   // SRTP keys are there; from DTLS, its fingerprint verified
  bool one_way = false;  // the peer leg gets sound, this one sends none
  std::optional<StreamQuality> incoming = std::nullopt;  // what we receive of the peer
  std::optional<StreamQuality> outgoing = std::nullopt;  // what it reports of ours
  std::optional<std::chrono::microseconds> round_trip = std::nullopt;  // between us and the peer
};

/// What the signalling side must know about a leg.
struct Event {
  enum class Kind : std::uint8_t {
    connected,        // ICE validated and, on a W3 leg, DTLS finished with the right fingerprint
    dtls_failed,      // handshake failed or fingerprint mismatch (SEC-12): release the call
    consent_lost,     // no authenticated check for the consent time (RFC 7675): the peer is gone
    media_timeout,    // neither RTP nor RTCP for the configured time (RTP-17)
    one_way,          // this leg's peer sends no sound though it gets some; told once a silence
    played,           // an announcement came to its end (not: was stopped or replaced)
    address_taken,    // by another leg with the same shared port: the leg cannot hear its peer
    keyframe_wanted,  // this leg's peer is to send a keyframe, and RTCP cannot ask it (RFC 5168)
  };
  Kind kind = Kind::connected;
  CallId call;
  LegId leg;
  std::string detail;
};

/// Receives a call's events. post() runs on a media thread and must only hand the event on.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void post(Event event) noexcept = 0;
};

/// A call that an earlier life of the engine left in its table; its media runs on already.
struct RestoredCall {
  CallId call;
  std::vector<LegId> legs;
};

/// Sound that a leg's peer hears instead of what the other side sends: announcement, ringback, hold
/// music. The leg needs a remote and, on W3, ends its silence once the keys are there.
struct Announcement {
  std::shared_ptr<const Sound> sound;
  codec::Format format{.codec = codec::Codec::pcma};
  std::uint8_t payload_type = 8;  // as the peer numbers the codec
  bool repeat = false;            // until stop_playing(); there is no Event::played then
};

/// Thread-safe: any signalling worker may call it; nothing blocks on the packet path. An unknown
/// leg or call is Errc::unknown_leg (it may have been closed by a time-out).
class Engine {
 public:
  virtual ~Engine() = default;

  /// `sink` must outlive the engine.
  [[nodiscard]] virtual common::Result<CallId> open_call(EventSink& sink) = 0;
  [[nodiscard]] virtual common::Result<WebrtcLocal> open_webrtc_leg(CallId call) = 0;
  [[nodiscard]] virtual common::Result<RtpLocal> open_rtp_leg(CallId call,
                                                              AddressFamily family) = 0;
  /// The same on the access side, for a phone: from that side's addresses and ports.
  [[nodiscard]] virtual common::Result<RtpLocal> open_access_leg(CallId call,
                                                                 AddressFamily family) = 0;

  /// May be called again: new ICE credentials mean an ICE restart and keep the DTLS association
  /// (MED-10); new fingerprints or another role mean a new association.
  [[nodiscard]] virtual common::Result<void> set_remote(LegId leg, const WebrtcRemote& remote) = 0;
  [[nodiscard]] virtual common::Result<void> set_remote(LegId leg, const RtpRemote& remote) = 0;

  /// New local credentials; the old path stays until the new one is nominated (RTP-03).
  [[nodiscard]] virtual common::Result<IceCredentials> restart_ice(LegId leg) = 0;

  /// Joins two legs of one call, or changes how they are joined (hold, re-INVITE, another answer).
  [[nodiscard]] virtual common::Result<void> connect(LegId first, LegId second,
                                                     const Connection& connection) = 0;

  /// Replaces what plays on the leg; relayed RTP toward it is held meanwhile. Encoding happens on a
  /// helper thread.
  [[nodiscard]] virtual common::Result<void> play(LegId leg, const Announcement& what) = 0;
  virtual void stop_playing(LegId leg) = 0;

  /// Lets the leg's peer hear a digit (`event` of RFC 4733: 0-9, then *, #, A-D), when SIP brought
  /// it: nothing is sent where no events were negotiated. Further digits wait for it.
  virtual void send_digit(LegId leg, std::uint8_t event, std::chrono::milliseconds duration) = 0;

  /// Asks the leg's peer for a keyframe (PLI or FIR), when SIP brought the wish (RFC 5168).
  virtual void request_keyframe(LegId leg) = 0;

  [[nodiscard]] virtual std::optional<LegStatistics> statistics(LegId leg) const = 0;

  /// Calls found at start that nobody adopted yet. Until then they end by themselves when their
  /// peers fall silent.
  [[nodiscard]] virtual std::vector<RestoredCall> restored_calls() const = 0;
  /// From now on `sink` gets the call's events.
  [[nodiscard]] virtual common::Result<void> adopt_call(CallId call, EventSink& sink) = 0;

  virtual void close_leg(LegId leg) = 0;
  virtual void close_call(CallId call) = 0;  // closes its legs
};

}  // namespace media
