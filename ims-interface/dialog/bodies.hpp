// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/result.hpp"
#include "ims-interface/edge/edge.hpp"

namespace ims {

/// Which SDP body is an offer and which an answer, and what the media side makes of it: the
/// IMS-ALG's place in the offer/answer exchange (RFC 3264, RFC 6337).
class Bodies {
 public:
  explicit Bodies(Edge& edge) : edge_(edge) {}

  /// A request that may offer (INVITE, UPDATE, PRACK). `offers` says whether it does. Errors:
  /// media's own, for a 488.
  [[nodiscard]] common::Result<void> request(Call& call, Side from, sip::Message& message,
                                             bool& offers);
  /// An offer came while another waits for its answer: the status to refuse with, else 0.
  [[nodiscard]] int glare(const Call& call, Side from, const sip::Message& message) const;
  /// A response to such a request.
  [[nodiscard]] common::Result<void> response(Call& call, Side from, sip::Message& message,
                                              bool request_offered);
  /// The ACK of a 2xx.
  [[nodiscard]] common::Result<void> ack(Call& call, Side from, sip::Message& message);

 private:
  [[nodiscard]] common::Result<void> offer(Call& call, Side from, sip::Message& message);
  [[nodiscard]] common::Result<void> answer(Call& call, Side from, sip::Message& message,
                                            bool final);
  void rollback(Call& call);

  Edge& edge_;
};

/// SES-28: SDP that the edge cannot read (inside multipart, encoded, encrypted) may not pass in a
/// session's message.
[[nodiscard]] bool hides_sdp(const sip::Message& message);

}  // namespace ims
