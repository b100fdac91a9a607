// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"
#include "media/relay/datagram.hpp"
#include "media/relay/leg.hpp"

namespace media::relay {

/// Carries one received packet over to the leg's peer, in place: decrypts, checks, maps, rewrites,
/// encrypts, and sets where it goes. Address and path were checked by the caller; nothing here
/// allocates, blocks or throws.
void relay_rtp(common::TimePoint now, Leg& from, Datagram& datagram,
               HubCounters& counters) noexcept;
void relay_rtcp(common::TimePoint now, Leg& from, Datagram& datagram,
                HubCounters& counters) noexcept;

/// Encrypts where needed and addresses a packet of our own that stands in `datagram`.
[[nodiscard]] bool finish_rtp(common::TimePoint now, Leg& to, Datagram& datagram,
                              HubCounters& counters) noexcept;
[[nodiscard]] bool finish_rtcp(common::TimePoint now, Leg& to, Datagram& datagram,
                               HubCounters& counters) noexcept;

}  // namespace media::relay
