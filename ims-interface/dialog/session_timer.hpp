// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "common/time.hpp"
#include "ims-interface/media_control.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims {

/// The session timer (RFC 4028) that the WIC and the core's party agreed on, as it passed the edge.
/// It runs end to end; the edge only must not upset it when it answers a re-INVITE alone.
class SessionTimer {
 public:
  /// A response to a request of `requester`; only the 2xx of INVITE and UPDATE count.
  void note(common::TimePoint now, Side requester, const sip::Message& response);

  /// Puts into an answer of our own to the WIC what keeps its next refresh when it was due. False
  /// when that is so near that the request had better go on to the core.
  [[nodiscard]] bool answer(common::TimePoint now, const sip::Message& request,
                            sip::Message& response) const;

 private:
  std::chrono::seconds interval_{0};  // zero: none agreed
  bool wic_refreshes_ = false;
  common::TimePoint refreshed_{};
};

}  // namespace ims
