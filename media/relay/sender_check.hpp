// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"
#include "media/relay/datagram.hpp"
#include "media/relay/leg.hpp"

namespace media::relay {

/// Whether a leg without ICE takes packets from a source.
enum class Sender : std::uint8_t {
  known,      // the peer's address
  candidate,  // may become it: latch() once the packet proved good
  foreign,
};

/// Judges the source of a datagram by the leg's rules (Latch, relatch). `rtcp` is set for the RTCP
/// port only. A hijacker would have to send from the phone's own host before the phone does, and on
/// a leg with SRTP with the phone's keys.
[[nodiscard]] Sender judge_sender(common::TimePoint now, const Leg& leg,
                                  const common::Endpoint& source, bool rtcp);

/// Takes the source for the peer's address from now on.
void latch(Leg& leg, const common::Endpoint& source, bool rtcp);

}  // namespace media::relay
