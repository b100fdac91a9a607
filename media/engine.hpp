// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/endpoint.hpp"
#include "common/result.hpp"

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
  std::string tls_id;                        // RFC 8842, 20-255 characters
  std::vector<common::Endpoint> candidates;  // preferred first; RTP and RTCP multiplexed
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

/// Our side of a core leg: RTP and RTCP port of one pair (RFC 3550 section 11).
struct RtpLocal {
  LegId leg;
  common::Endpoint rtp;
  common::Endpoint rtcp;
};

struct RtpRemote {
  common::Endpoint rtp;  // port 0: unknown yet, or the stream is refused
  common::Endpoint rtcp;
  bool latch = false;  // learn the real source from the first packets (symmetric RTP)
};

/// One RTP payload type as each side of a connection numbers it.
struct PayloadMapping {
  std::uint8_t first = 0;   // payload type on the first leg
  std::uint8_t second = 0;  // payload type on the second leg
  std::uint32_t first_clock = 0;
  std::uint32_t second_clock = 0;  // differs only for telephone-event, whose times are rescaled
  bool telephone_event = false;
  auto operator<=>(const PayloadMapping&) const = default;
};

/// How two legs exchange media. What no mapping names is dropped and counted.
struct Connection {
  std::vector<PayloadMapping> payloads;
  bool first_to_second = true;
  bool second_to_first = true;
  bool second_feedback = false;  // the second leg negotiated AVPF, feedback may pass
};

/// One direction's counters of a leg.
struct StreamCounters {
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;
  std::uint64_t dropped = 0;  // replayed, unauthenticated, malformed, unmapped or before validation
};

struct LegStatistics {
  StreamCounters received;
  StreamCounters sent;
  std::optional<common::Endpoint> remote;  // the validated or latched peer
  bool secure = false;                     // DTLS finished and fingerprint verified
};

/// What the signalling side must know about a leg.
struct Event {
  enum class Kind : std::uint8_t {
    connected,      // ICE validated and, on a W3 leg, DTLS finished with the right fingerprint
    dtls_failed,    // handshake failed or fingerprint mismatch (SEC-12): release the call
    consent_lost,   // no authenticated check for the consent time (RFC 7675): the peer is gone
    media_timeout,  // neither RTP nor RTCP for the configured time (RTP-17)
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

  /// May be called again: new ICE credentials mean an ICE restart and keep the DTLS association
  /// (MED-10); new fingerprints or another role mean a new association.
  [[nodiscard]] virtual common::Result<void> set_remote(LegId leg, const WebrtcRemote& remote) = 0;
  [[nodiscard]] virtual common::Result<void> set_remote(LegId leg, const RtpRemote& remote) = 0;

  /// New local credentials; the old path stays until the new one is nominated (RTP-03).
  [[nodiscard]] virtual common::Result<IceCredentials> restart_ice(LegId leg) = 0;

  /// Joins two legs of one call, or changes how they are joined (hold, re-INVITE, another answer).
  [[nodiscard]] virtual common::Result<void> connect(LegId first, LegId second,
                                                     const Connection& connection) = 0;

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
