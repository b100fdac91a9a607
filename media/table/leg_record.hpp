// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <type_traits>

#include "common/endpoint.hpp"
#include "media/codec/format.hpp"
#include "media/engine.hpp"
#include "media/ice/lite_agent.hpp"
#include "media/rtp/output.hpp"
#include "media/rtp/source.hpp"
#include "media/srtp/transform.hpp"
#include "media/table/fixed_text.hpp"

namespace media::table {

enum class LegKind : std::uint8_t { webrtc, rtp };

/// Counters of one direction; written by the media worker alone, read by anyone (see counters.hpp).
struct Counters {
  std::uint64_t packets = 0;
  std::uint64_t octets = 0;
  std::uint64_t dropped = 0;
};

/// The peer's address for readers on other threads: `version` is odd while it changes.
struct SharedEndpoint {
  std::uint64_t version = 0;
  std::array<std::uint64_t, 3> words{};
};

struct FingerprintText {
  FixedText<16> algorithm;
  FixedText<192> value;
};

/// How a leg's packets are protected; W3 always by `dtls`.
enum class Protection : std::uint8_t { none, sdes, dtls };

/// SRTP keys of both directions and what was used of them.
struct KeyRecord {
  std::uint8_t keyed = 0;
  srtp::Profile profile = srtp::Profile::aes128_cm_sha1_80;
  srtp::MasterKey local;
  srtp::MasterKey remote;
  srtp::DirectionState sending;
  srtp::DirectionState receiving;
};

/// DTLS and SRTP of a leg.
struct SecurityRecord {
  static constexpr std::size_t max_fingerprints = 4;
  std::array<FingerprintText, max_fingerprints> fingerprints{};
  FixedText<255> remote_tls_id;
  std::uint32_t association = 0;  // counts associations: results of an older one are ignored
  std::uint8_t fingerprint_count = 0;
  std::uint8_t we_are_client = 0;
  Protection protection = Protection::none;
  /// DTLS-SRTP without rtcp-mux: RTCP has an association of its own (RFC 5764 3).
  std::uint8_t separate_rtcp = 0;
  KeyRecord keys;
  KeyRecord rtcp_keys;
};

/// Addresses of a leg without ICE.
struct TransportRecord {
  common::Endpoint local_rtp;
  common::Endpoint local_rtcp;
  common::Endpoint remote_rtp;
  common::Endpoint remote_rtcp;
  common::Endpoint signalled_rtp;  // what signalling said last, before latching
  common::IpAddress observed;      // unspecified: none
  std::uint8_t access = 0;         // bound in the access range
  std::uint8_t shared = 0;         // by sockets of the worker, told apart by the peer's address
  std::uint8_t rtp_socket = 0;     // shared: their numbers
  std::uint8_t rtcp_socket = 0;
  std::uint8_t strict = 0;  // without latching, only the signalled address may send
  Latch latch = Latch::off;
  std::uint8_t relatch = 0;
  std::uint8_t rtcp_mux = 0;
  std::uint8_t rtp_latched = 0;
  std::uint8_t rtcp_latched = 0;
};

/// Where a leg's packets go.
struct RouteRecord {
  static constexpr std::uint32_t no_peer = 0xffffffff;
  std::uint32_t peer = no_peer;  // slot
  std::uint8_t forward = 0;
  std::uint8_t nack = 0;  // what the destination's peer understands
  std::uint8_t pli = 0;
  std::uint8_t fir = 0;
  std::uint8_t extended_reports = 0;
  std::uint8_t transcodes = 0;  // some payload types go to a transcoder
  codec::Format source;         // what it decodes, and what it makes
  codec::Format destination;
  std::array<rtp::PayloadRoute, 128> payloads{};
};

/// Figures of both directions for readers on other threads, written once a second.
struct QualityRecord {
  std::uint64_t known = 0;            // bits: incoming, outgoing, round trip, one way
  std::uint64_t incoming_loss = 0;    // millionths
  std::uint64_t incoming_jitter = 0;  // microseconds
  std::uint64_t incoming_mos = 0;     // thousandths
  std::uint64_t outgoing_loss = 0;
  std::uint64_t outgoing_jitter = 0;
  std::uint64_t outgoing_mos = 0;
  std::uint64_t round_trip = 0;  // microseconds
};

/// All that a leg needs to go on after the process ended, fixed layout, written in place.
struct LegRecord {
  std::uint64_t leg_id = 0;  // zero: free. Written last when opening and first when closing
  std::uint64_t call_id = 0;
  LegKind kind = LegKind::webrtc;
  std::uint8_t secure = 0;
  FixedText<32> cname;
  Counters received;
  Counters sent;
  SharedEndpoint shared_remote;
  QualityRecord quality;
  rtp::OutputState output;
  rtp::SourceState source;
  RouteRecord route;
  TransportRecord transport;
  ice::IceState ice;
  SecurityRecord security;
};

static_assert(std::is_trivially_copyable_v<LegRecord>);

}  // namespace media::table
