// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/media_control.hpp"

#include "ims-interface/sip/errc.hpp"

namespace ims {

common::Result<std::string> MediaControl::announce(CallHandle call, std::string_view sdp,
                                                   Announcement what) {
  static_cast<void>(call);
  static_cast<void>(sdp);
  static_cast<void>(what);
  return common::fail(sip::Errc::no_announcements);
}

}  // namespace ims
