// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"
#include "media/relay/datagram.hpp"
#include "media/relay/leg.hpp"

namespace media::relay {

/// Carries one received packet over to the leg's peer, in place: decrypts, checks, maps, rewrites,
/// encrypts, and sets where it goes. Address and path were checked by the caller; nothing here
/// allocates, blocks or throws. True when the packet was authentic (where there are keys) and well
/// formed, whether or not it went on.
bool relay_rtp(common::TimePoint now, Leg& from, Datagram& datagram,
               HubCounters& counters) noexcept;
bool relay_rtcp(common::TimePoint now, Leg& from, Datagram& datagram,
                HubCounters& counters) noexcept;

/// The leg's peer has an address, and keys where it needs them.
[[nodiscard]] bool can_send(const Leg& to, bool rtcp) noexcept;

/// Where RTP, or RTCP, toward the peer of a leg without ICE goes; port 0: unknown.
[[nodiscard]] common::Endpoint peer_address(const Leg& to, bool rtcp) noexcept;

/// Where RTP to the leg's peer leaves, and to which address.
void address(const Leg& to, Datagram& datagram) noexcept;

/// Encrypts where needed and addresses a packet of our own that stands in `datagram`.
[[nodiscard]] bool finish_rtp(common::TimePoint now, Leg& to, Datagram& datagram,
                              HubCounters& counters) noexcept;
[[nodiscard]] bool finish_rtcp(common::TimePoint now, Leg& to, Datagram& datagram,
                               HubCounters& counters) noexcept;

}  // namespace media::relay
