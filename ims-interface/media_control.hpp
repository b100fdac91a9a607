// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"
#include "common/result.hpp"
#include "ims-interface/flow_peer.hpp"

namespace ims::sdp {
enum class PhoneOffer : std::uint8_t;
}

namespace ims {

/// A call of this worker; also the key of its media. Never reused while the process lives.
struct CallHandle {
  std::uint64_t value = 0;
  auto operator<=>(const CallHandle&) const = default;
};

enum class Side : std::uint8_t { wic, core };

/// The client's side of a call: what its signalling comes over, and from where. A phone's media may
/// be expected from that address, whatever its SDP says (hosted NAT).
struct AccessSide {
  Transport transport = Transport::wss;
  common::IpAddress source;
  std::optional<sdp::PhoneOffer> offer = {};  // what this phone's listener wants it to be offered
};

[[nodiscard]] AccessSide access_side_of(const FlowPeer& peer);

/// What the gateway itself gives to hear: in a call that ends here, or to a core that is on hold.
enum class Announcement : std::uint8_t { accepted, refused, hold };

/// What a re-offer must be for answer_alone() to take it.
enum class Alone : std::uint8_t {
  renewed,    // the offerer restarts ICE or DTLS, all else is as it was
  unchanged,  // that, or nothing changes at all
};

/// The IMS-ALG's hold on the eIMS-AGW (Iq), as the SIP side sees it: SDP of one side in, SDP for
/// the other side out. Implemented by the gateway over ims-interface/sdp and media/engine.
/// Synchronous; called from the worker's thread only.
///
/// `dialog` is the core's tag, in which the forks of an INVITE differ: each negotiates on its own
/// from the INVITE's offer on (SES-23). It is empty for the INVITE of a WIC, which has no dialog
/// yet. All forks share one W3 leg; media follows the last answer, then the confirmed dialog.
class MediaControl {
 public:
  virtual ~MediaControl() = default;

  /// Comes before the first offer of a call, and again when its client has moved to another flow.
  virtual void set_access(CallHandle call, const AccessSide& side) {
    static_cast<void>(call);
    static_cast<void>(side);
  }
  /// The answer to the offer of a client whose call ends here; it hears `what` until release().
  /// Fails where there is nothing to play.
  [[nodiscard]] virtual common::Result<std::string> announce(CallHandle call, std::string_view sdp,
                                                             Announcement what);
  /// `from` offers. The first offer of a call opens its media. An error's detail becomes the
  /// Warning text of the 488 that the offerer gets.
  [[nodiscard]] virtual common::Result<std::string> offer(CallHandle call, std::string_view dialog,
                                                          Side from, std::string_view sdp) = 0;
  /// `from` answers the offer under way. May come again for the same offer (the 200 after a 183);
  /// the latest answer rules, W3 keeps its ICE and DTLS parameters. `final`: the answer stands in
  /// a reliable response, an ACK or a PRACK, no other may follow in this dialog.
  [[nodiscard]] virtual common::Result<std::string> answer(CallHandle call, std::string_view dialog,
                                                           Side from, std::string_view sdp,
                                                           bool final) = 0;
  /// The answer to a re-offer of `from` that the other side need not hear of (MED-12). Nothing when
  /// it is no such offer: then offer() is to be asked, and nothing has changed.
  [[nodiscard]] virtual common::Result<std::optional<std::string>> answer_alone(
      CallHandle call, std::string_view dialog, Side from, std::string_view sdp, Alone what) = 0;
  /// Media follows this dialog from now on, whatever its forks still answer. Comes again when that
  /// dialog ended and another one of the call goes on.
  [[nodiscard]] virtual common::Result<void> confirm(CallHandle call, std::string_view dialog) = 0;
  /// The offer under way was refused or given up, maybe after an early answer; what was agreed
  /// before stays (RFC 3261 14.1).
  virtual void rollback(CallHandle call, std::string_view dialog) = 0;
  /// Somebody wants a keyframe of what `of` sends (RFC 5168). False when it cannot be asked by
  /// RTCP: the request should reach it as it is.
  [[nodiscard]] virtual bool ask_keyframe(CallHandle call, Side of) {
    static_cast<void>(call);
    static_cast<void>(of);
    return false;
  }
  /// `to` hears a key (`event` of RFC 4733). False when it takes no events: the request should
  /// reach it as it is.
  [[nodiscard]] virtual bool send_digit(CallHandle call, Side to, std::uint8_t event,
                                        std::chrono::milliseconds duration) {
    static_cast<void>(call);
    static_cast<void>(to);
    static_cast<void>(event);
    static_cast<void>(duration);
    return false;
  }
  /// The call is over; unknown handles are ignored.
  virtual void release(CallHandle call) = 0;
};

}  // namespace ims
