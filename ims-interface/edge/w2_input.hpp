// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ims-interface/edge/edge.hpp"

namespace ims {

class Registrar;
class RequestGuard;
class Sessions;

/// What comes in over a flow: keep-alives, checks, transaction matching, and then to the
/// procedure that answers for it.
class W2Input {
 public:
  W2Input(Edge& edge, Registrar& registrar, Sessions& sessions, RequestGuard& guard)
      : edge_(edge), registrar_(registrar), sessions_(sessions), guard_(guard) {}

  void handle(common::TimePoint now, Flow& flow, std::string_view bytes);

 private:
  void refuse_bytes(Flow& flow, const common::Error& error, sip::ScreenedMessage partial);
  void handle_request(common::TimePoint now, Flow& flow, sip::Message request);

  Edge& edge_;
  Registrar& registrar_;
  Sessions& sessions_;
  RequestGuard& guard_;
};

}  // namespace ims
