// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"

namespace media::relay {

/// What the shell does with a datagram after the core has seen it.
enum class Action : std::uint8_t {
  drop,
  send_shared,  // by shared socket `socket`: one for many legs
  send_rtp,     // by the RTP socket of leg `slot` alone
  send_rtcp,    // by the RTCP socket of leg `slot`
  handshake,    // hand a copy to the DTLS association of leg `slot`
  transcode,    // within the hub: its payload goes to the leg's transcoder
};

/// One datagram in a buffer of the shell, rewritten in place: `data` may move within the buffer.
struct Datagram {
  std::byte* data = nullptr;
  std::uint32_t size = 0;
  std::uint32_t room = 0;  // octets that may be used from `data` on
  Action action = Action::drop;
  std::uint8_t socket = 0;  // shared: by which one it came, or goes
  bool rtcp_port = false;   // core: it came to the RTCP port
  std::uint32_t slot = 0;   // leg whose socket sends, or whose association reads
  common::Endpoint remote;  // where it came from, then where it goes

  [[nodiscard]] std::span<std::byte> bytes() const { return {data, size}; }
  [[nodiscard]] std::span<std::byte> buffer() const { return {data, room}; }
};

/// A datagram that no incoming one caused: DTLS flights, BYE, keep-alives.
struct OwnedDatagram {
  Action action = Action::drop;
  std::uint8_t socket = 0;
  std::uint32_t slot = 0;
  common::Endpoint remote;
  std::vector<std::byte> bytes;
};

/// Why a datagram went nowhere.
enum class DropReason : std::uint8_t {
  malformed,       // RTP-19, not a packet of any protocol spoken here
  unknown_source,  // media or DTLS from an address no check validated (SEC-13)
  unknown_ufrag,   // STUN for no leg of ours (SEC-14)
  path_in_use,     // a check from an address that another live leg uses
  not_keyed,       // SRTP before the handshake
  unauthenticated,
  replayed,
  foreign_source,  // another stream than the one relayed, or another address than allowed
  unmapped,        // payload type not in the connection
  held,            // direction switched off
  unconnected,     // no peer leg, or its address is unknown yet
  keepalive,       // empty RTP, not sent to W3 (MED-25)
  ended_here,      // RTCP feedback and reports that are not relayed (RTP-11)
  consent_lost,    // RFC 7675: nothing may be sent to this peer
  exhausted,       // out of SRTP indices, streams or room
};
inline constexpr std::size_t drop_reasons = 15;
[[nodiscard]] std::string_view name_of(DropReason reason);

/// Counts of one worker; plain numbers, since one thread owns them.
struct HubCounters {
  std::array<std::uint64_t, drop_reasons> dropped{};
  std::uint64_t rtp_to_webrtc = 0;
  std::uint64_t rtp_to_core = 0;
  std::uint64_t rtp_to_phone = 0;
  std::uint64_t rtcp_to_webrtc = 0;
  std::uint64_t rtcp_to_core = 0;
  std::uint64_t rtcp_to_phone = 0;
  std::uint64_t own_reports = 0;
  std::uint64_t one_way = 0;  // silences of one side
  std::uint64_t stun_requests = 0;
  std::uint64_t stun_refused = 0;
  std::uint64_t handshake_datagrams = 0;
  std::uint64_t repeated = 0;    // packets sent again for a NACK
  std::uint64_t transcoded = 0;  // packets that a transcoder made and that were sent

  void drop(DropReason reason) { ++dropped[static_cast<std::size_t>(reason)]; }
};

}  // namespace media::relay
