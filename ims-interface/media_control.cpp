// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/media_control.hpp"

#include "ims-interface/phone_access.hpp"
#include "ims-interface/sip/errc.hpp"

namespace ims {

common::Result<std::string> MediaControl::announce(CallHandle call, std::string_view sdp,
                                                   Announcement what) {
  static_cast<void>(call);
  static_cast<void>(sdp);
  static_cast<void>(what);
  return common::fail(sip::Errc::no_announcements);
}

AccessSide access_side_of(const FlowPeer& peer) {
  AccessSide out{peer.transport, peer.address.address, {}};
  if (peer.access) out.offer = peer.access->media_offer;
  return out;
}

}  // namespace ims
