// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/result.hpp"

namespace ims {

/// A call of this worker; also the key of its media. Never reused while the process lives.
struct CallHandle {
  std::uint64_t value = 0;
  auto operator<=>(const CallHandle&) const = default;
};

enum class Side : std::uint8_t { wic, core };

/// The IMS-ALG's hold on the eIMS-AGW (Iq), as the SIP side sees it: SDP of one side in, SDP for
/// the other side out. Implemented by the gateway over ims-interface/sdp and media/engine.
/// Synchronous; called from the worker's thread only.
class MediaControl {
 public:
  virtual ~MediaControl() = default;

  /// `from` offers. The first offer of a call opens its media. An error's detail becomes the
  /// Warning text of the 488 that the offerer gets.
  [[nodiscard]] virtual common::Result<std::string> offer(CallHandle call, Side from,
                                                          std::string_view sdp) = 0;
  /// `from` answers the offer under way. May come again for the same offer: another fork answered,
  /// or the 200 after a 183; the latest answer rules, W3 keeps its ICE and DTLS parameters.
  /// `final`: the answer stands in a 2xx, an ACK, PRACK or UPDATE exchange, no other may follow.
  [[nodiscard]] virtual common::Result<std::string> answer(CallHandle call, Side from,
                                                           std::string_view sdp, bool final) = 0;
  /// The offer under way was refused or given up; what was agreed before stays (RFC 3261 14.1).
  virtual void rollback(CallHandle call) = 0;
  /// The call is over; unknown handles are ignored.
  virtual void release(CallHandle call) = 0;
};

}  // namespace ims
