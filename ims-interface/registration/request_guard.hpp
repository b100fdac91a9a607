// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "ims-interface/edge/edge.hpp"

namespace ims {

class Sessions;

/// What requests of phones other than REGISTER meet first. Those that show a token where everybody
/// can read it are refused. Where the listener wants it, others are asked for credentials (407, RFC
/// 8898 2.3): over UDP a registered flow is no more than a source address, which can be forged.
/// Never ACK, CANCEL and what belongs to a dialog.
class RequestGuard {
 public:
  RequestGuard(Edge& edge, Sessions& sessions) : edge_(edge), sessions_(sessions) {}

  /// True when the request may go on now; else it was answered, or goes on later.
  [[nodiscard]] bool pass(common::TimePoint now, Flow& flow, W2ServerTx& transaction);
  /// False when the check is not one of these.
  [[nodiscard]] bool handle_outcome(common::TimePoint now, VerificationId id,
                                    const TokenOutcome& outcome);
  void handle_timeout(common::TimePoint now, std::uint64_t id);

 private:
  void challenge(common::TimePoint now, Flow& flow, W2ServerTx& transaction, std::string_view error,
                 bool stale);
  void refuse(common::TimePoint now, const Flow& flow, W2ServerTx& transaction, int status,
              std::string_view why);
  template <class Ask>
  void check(common::TimePoint now, W2ServerTx& transaction, Ask ask);

  Edge& edge_;
  Sessions& sessions_;
};

}  // namespace ims
