// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "common/result.hpp"
#include "ims-interface/edge/edge.hpp"

namespace ims {

/// Which SDP body is an offer and which an answer, and what the media side makes of it: the
/// IMS-ALG's place in the offer/answer exchange (RFC 3264, RFC 6337).
/// Each dialog of a call negotiates on its own; `dialog` is the core's tag, empty before there is
/// one.
class Bodies {
 public:
  explicit Bodies(Edge& edge) : edge_(edge) {}

  /// A request that may offer (INVITE, UPDATE, PRACK). `offers` says whether it does. Errors:
  /// media's own, for a 488.
  [[nodiscard]] common::Result<void> request(Call& call, std::string_view dialog, Side from,
                                             sip::Message& message, bool& offers);
  /// An offer came while another waits for its answer: the status to refuse with, else 0.
  [[nodiscard]] int glare(Call& call, std::string_view dialog, Side from,
                          const sip::Message& message) const;
  /// A response to such a request.
  [[nodiscard]] common::Result<void> response(Call& call, std::string_view dialog, Side from,
                                              sip::Message& message, bool request_offered);
  /// The ACK of a 2xx.
  [[nodiscard]] common::Result<void> ack(Call& call, std::string_view dialog, Side from,
                                         sip::Message& message);
  /// The dialog got its 2xx: media follows it. A fork that is answered later changes nothing.
  [[nodiscard]] common::Result<void> confirm(Call& call, std::string_view dialog);

 private:
  [[nodiscard]] common::Result<void> offer(Call& call, std::string_view dialog, Side from,
                                           sip::Message& message);
  [[nodiscard]] common::Result<void> answer(Call& call, std::string_view dialog, Side from,
                                            sip::Message& message, bool final);
  void rollback(Call& call, std::string_view dialog);

  Edge& edge_;
};

/// SES-28: SDP that the edge cannot read (inside multipart, encoded, encrypted) may not pass in a
/// session's message.
[[nodiscard]] bool hides_sdp(const sip::Message& message);

}  // namespace ims
