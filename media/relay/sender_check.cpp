// SPDX-License-Identifier: Apache-2.0
#include "media/relay/sender_check.hpp"

#include <chrono>

#include "media/table/counters.hpp"

namespace media::relay {
namespace {

using namespace std::chrono_literals;

/// A peer whose NAT gave it a new port has been silent from the old one by then.
constexpr auto rebinding_silence = 2s;

bool is_host(const table::TransportRecord& transport, const common::Endpoint& source) {
  return source.address == transport.signalled_rtp.address ||
         (!transport.observed.is_unspecified() && source.address == transport.observed);
}

bool may_latch(const table::TransportRecord& transport, const common::Endpoint& source) {
  return transport.latch == Latch::any ||
         (transport.latch == Latch::host && is_host(transport, source));
}

/// RTCP may share the RTP port, or come from the port after it without having been signalled.
bool is_beside(const table::TransportRecord& transport, const common::Endpoint& source) {
  common::Endpoint next = transport.remote_rtp;
  if (source == next) return true;
  ++next.port;
  return transport.remote_rtcp.port == 0 && source == next;
}

}  // namespace

Sender judge_sender(common::TimePoint now, const Leg& leg, const common::Endpoint& source,
                    bool rtcp) {
  const table::TransportRecord& transport = leg.record->transport;
  const bool latched = (rtcp ? transport.rtcp_latched : transport.rtp_latched) != 0;
  if (!latched && transport.latch != Latch::off) {
    return may_latch(transport, source) ? Sender::candidate : Sender::foreign;
  }
  if (!latched && transport.strict == 0) return Sender::known;
  if (source == (rtcp ? transport.remote_rtcp : transport.remote_rtp)) return Sender::known;
  if (rtcp && is_beside(transport, source)) return Sender::known;
  // What SRTP proves to be the peer's may move at once; plain RTP only into a silence.
  const bool may_move = transport.relatch != 0 && latched &&
                        (leg.secured || now - leg.last_media >= rebinding_silence);
  return may_move && may_latch(transport, source) ? Sender::candidate : Sender::foreign;
}

void latch(Leg& leg, const common::Endpoint& source, bool rtcp) {
  table::TransportRecord& transport = leg.record->transport;
  (rtcp ? transport.remote_rtcp : transport.remote_rtp) = source;
  (rtcp ? transport.rtcp_latched : transport.rtp_latched) = 1;
  if (!rtcp) table::publish_remote(*leg.record, source);
}

}  // namespace media::relay
